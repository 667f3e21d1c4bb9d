import type { Value } from '../graph/graph.js';
import { defineHandler, type LayerContext } from '../handler.js';

/** TF.js's `epsilon()`, below which it does not divide. */
const EPSILON = 1e-7;

/** `Dot`: products along an axis of each of two inputs of rank 2 or 3, along unit vectors with `normalize`. */
export const dotHandler = defineHandler({
  layers: ['Dot'],
  emit: (context) => {
    const [left, right] = [0, 1].map((index) => side(context, index));
    if (left === undefined || right === undefined) throw context.unsupported('expected two inputs');
    const ranks = [rankOf(left.value), rankOf(right.value)];
    if (ranks.every((rank) => rank === 2)) {
      const product = context.node('Mul', [left.value, right.value]);
      return context.node('ReduceSum', [product, context.integers([1], 'axes')], {
        attributes: { keepdims: 1 },
      });
    }
    // [batch, ..., joined] by [batch, joined, ...]; a vector is a matrix of one row or column.
    const rows =
      left.axis === rankOf(left.value) - 1 ? matrix(context, left.value, 1) : turned(context, left.value);
    const columns = right.axis === 1 ? matrix(context, right.value, 2) : turned(context, right.value);
    const product = context.node('MatMul', [rows, columns]);
    const axes = [...(ranks[0] === 2 ? [1] : []), ...(ranks[1] === 2 ? [2] : [])];
    return axes.length === 0 ? product : context.node('Squeeze', [product, context.integers(axes, 'axes')]);
  },
  mask: () => undefined,
});

/** An input with the axis along which it is multiplied, at unit length along it if the layer says so. */
function side(context: LayerContext, index: number): { value: Value; axis: number } {
  const input = context.cast(context.input(index), 'float32');
  const { axes, normalize } = context.config;
  const option: unknown = Array.isArray(axes) ? axes[index] : axes;
  const rank = rankOf(input);
  if (typeof option !== 'number') throw context.unsupported(`axes ${JSON.stringify(axes)}`);
  const axis = option < 0 ? option + rank : option;
  if (axis < 1 || axis >= rank) throw context.unsupported('products along the batch axis');
  return { value: normalize === true ? unitLength(context, input, axis) : input, axis };
}

/** As TF.js: by the root of the sum of squares, of at least {@link EPSILON}. */
function unitLength(context: LayerContext, x: Value, axis: number): Value {
  const squares = context.node('Mul', [x, x]);
  const sum = context.node('ReduceSum', [squares, context.integers([axis], 'axes')], {
    attributes: { keepdims: 1 },
  });
  const length = context.node('Sqrt', [context.node('Max', [sum, context.scalar(EPSILON, 'epsilon')])]);
  return context.node('Div', [x, length], { shape: x.shape ?? [] });
}

/** A vector, `[batch, size]`, as a matrix that has 1 at `axis`; a matrix as it is. */
function matrix(context: LayerContext, x: Value, axis: number): Value {
  if (rankOf(x) === 3) return x;
  const [batch = null, size = null] = x.shape ?? [];
  const shape = axis === 1 ? [batch, 1, size] : [batch, size, 1];
  return context.node('Unsqueeze', [x, context.integers([axis], 'axes')], { shape });
}

function turned(context: LayerContext, x: Value): Value {
  return context.transpose(x, [0, 2, 1]);
}

function rankOf({ shape }: Value): number {
  return shape?.length ?? 0;
}
