import { sizeOf, type TensorArray, type TensorData } from './tensor-data.js';

/** Axis `i` of the result is axis `permutation[i]` of the source, as in ONNX's and TF.js's `transpose`. */
export type Permutation = readonly number[];

/** From channels last to channels first for a tensor of this rank: `[0, 3, 1, 2]` for images. */
export function channelsFirst(rank: number): Permutation {
  return [0, rank - 1, ...range(1, rank - 1)];
}

/** From channels first to channels last for a tensor of this rank: `[0, 2, 3, 1]` for images. */
export function channelsLast(rank: number): Permutation {
  return [0, ...range(2, rank), 1];
}

export function invert(permutation: Permutation): Permutation {
  const inverse = new Array<number>(permutation.length).fill(0);
  permutation.forEach((source, target) => {
    inverse[source] = target;
  });
  return inverse;
}

/** The permutation that does `first`, then `second`. */
export function compose(first: Permutation, second: Permutation): Permutation {
  return permute(first, second);
}

export function isIdentity(permutation: Permutation): boolean {
  return permutation.every((source, target) => source === target);
}

export function samePermutation(a: Permutation, b: Permutation): boolean {
  return a.length === b.length && a.every((axis, index) => axis === b[index]);
}

/** Reorders a list of one entry an axis, such as a shape. */
export function permute<Entry>(entries: readonly Entry[], permutation: Permutation): Entry[] {
  return permutation.map((source) => {
    const entry = entries[source];
    if (entry === undefined) throw new RangeError(`Permutation [${permutation.join(', ')}] does not fit.`);
    return entry;
  });
}

/** Moves the elements of a tensor; what ONNX's `Transpose` does at run time. */
export function transposeTensor<Data extends TensorArray>(
  tensor: TensorData<Data>,
  permutation: Permutation,
): TensorData<Data> {
  const shape = permute(tensor.shape, permutation);
  const strides = permute(rowMajorStrides(tensor.shape), permutation);
  const size = sizeOf(shape);
  // Once: a weight's numbers may be read each time that they are asked for.
  const { data: from } = tensor;
  const data = from.slice() as Data;
  const index = new Array<number>(shape.length).fill(0);
  let source = 0;
  for (let target = 0; target < size; target++) {
    const element = from[source];
    if (element !== undefined) data[target] = element;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const stride = strides[axis] ?? 0;
      const next = (index[axis] ?? 0) + 1;
      source += stride;
      if (next < (shape[axis] ?? 0)) {
        index[axis] = next;
        break;
      }
      source -= stride * next;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  }
  return strides;
}

function range(begin: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - begin) }, (_, index) => begin + index);
}
