import { integer, integers } from '../graph/attributes.js';
import type { GraphNode } from '../graph/graph.js';
import { transposeTensor } from '../graph/permutation.js';
import { numbersOf, sizeOf, type TensorData } from '../graph/tensor-data.js';

type Evaluate = (inputs: readonly TensorData[], node: GraphNode) => TensorData | undefined;

/** What a node of constants gives; undefined where that is left to the runtime. */
export function evaluateNode(node: GraphNode, inputs: readonly TensorData[]): TensorData | undefined {
  return node.domain === '' && node.outputs.length === 1 ? OPERATORS[node.op]?.(inputs, node) : undefined;
}

const OPERATORS: Readonly<Record<string, Evaluate>> = {
  Transpose: ([x], { attributes }) => {
    const permutation = integers(attributes, 'perm');
    return x === undefined || permutation === undefined ? undefined : transposeTensor(x, permutation);
  },
  Reshape: ([x, sizes], { attributes }) => {
    if (x === undefined || sizes === undefined || integer(attributes, 'allowzero') === 1) return undefined;
    const kept = numbersOf(sizes).map((size, axis) => (size === 0 ? (x.shape[axis] ?? 0) : size));
    const known = sizeOf(kept.filter((size) => size >= 0));
    return { shape: kept.map((size) => (size < 0 ? x.data.length / known : size)), data: x.data };
  },
  Unsqueeze: ([x, axes]) => {
    if (x === undefined || axes === undefined) return undefined;
    const rank = x.shape.length + axes.data.length;
    const added = new Set(numbersOf(axes).map((axis) => (axis < 0 ? axis + rank : axis)));
    const sizes = [...x.shape];
    const shape = Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : (sizes.shift() ?? 1)));
    return { shape, data: x.data };
  },
  Squeeze: ([x, axes]) => {
    if (x === undefined || axes === undefined) return undefined;
    const removed = new Set(numbersOf(axes).map((axis) => (axis < 0 ? axis + x.shape.length : axis)));
    return { shape: x.shape.filter((_, axis) => !removed.has(axis)), data: x.data };
  },
  Neg: unary((x) => -x),
  Abs: unary(Math.abs),
  Sqrt: unary(Math.sqrt),
  Reciprocal: unary((x) => 1 / x),
  Add: binary((a, b) => a + b),
  Sub: binary((a, b) => a - b),
  Mul: binary((a, b) => a * b),
  Div: binary((a, b) => a / b),
};

/** Of float32 alone: integers divide and overflow in ways of their own. */
function unary(compute: (x: number) => number): Evaluate {
  return ([x]) =>
    x?.data instanceof Float32Array ? { shape: x.shape, data: x.data.map(compute) } : undefined;
}

/** Broadcasts as NumPy does; each result is rounded to float32 once, as the runtime rounds it. */
function binary(compute: (a: number, b: number) => number): Evaluate {
  return ([a, b]) => {
    if (!(a?.data instanceof Float32Array && b?.data instanceof Float32Array)) return undefined;
    const rank = Math.max(a.shape.length, b.shape.length);
    const [left, right] = [padShape(a.shape, rank), padShape(b.shape, rank)];
    const shape = left.map((size, axis) => (size === 1 ? (right[axis] ?? 1) : size));
    const [fromLeft, fromRight] = [sourceOf(left, shape), sourceOf(right, shape)];
    const [leftData, rightData] = [a.data, b.data];
    const data = Float32Array.from({ length: sizeOf(shape) }, (_, index) =>
      compute(leftData[fromLeft(index)] ?? Number.NaN, rightData[fromRight(index)] ?? Number.NaN),
    );
    return { shape, data };
  };
}

function padShape(shape: readonly number[], rank: number): number[] {
  return [...new Array<number>(rank - shape.length).fill(1), ...shape];
}

/** Which element of a tensor of shape `from` stands at a place of the shape that it is broadcast to. */
function sourceOf(from: readonly number[], to: readonly number[]): (index: number) => number {
  return (index) => {
    let [rest, stride, source] = [index, 1, 0];
    for (let axis = to.length - 1; axis >= 0; axis--) {
      const [size, width] = [to[axis] ?? 1, from[axis] ?? 1];
      if (width > 1) source += (rest % size) * stride;
      rest = Math.floor(rest / size);
      stride *= width;
    }
    return source;
  };
}
