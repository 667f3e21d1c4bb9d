import type * as tf from '@tensorflow/tfjs';
import type { OfficialLayout } from './official-name.js';

/** A tensor of float32 in row-major order. */
export interface FloatTensor {
  shape: readonly number[];
  data: Float32Array;
}

/**
 * A tensor of an official state dict in our layout, of a rank that fits it. By operations, so that a native backend takes
 * over the numbers at once and none are kept in JavaScript.
 */
export function toOurLayout(official: tf.Tensor, layout: OfficialLayout): tf.Tensor {
  const { shape } = official;
  switch (layout) {
    case 'same':
      return official.mul(1);
    case 'linear':
      return official.transpose([1, 0]);
    case 'pointwise':
      return official.reshape(shape.slice(0, 2)).transpose([1, 0]);
    case 'convolution':
      return official.transpose([...shape.keys()].slice(2).concat(1, 0));
  }
}

/** One of our weights, or its gradient, in the official layout; undefined if its rank does not fit the layout. */
export function toOfficialLayout(tensor: FloatTensor, layout: OfficialLayout): FloatTensor | undefined {
  const rank = tensor.shape.length;
  switch (layout) {
    case 'same':
      return tensor;
    case 'linear':
      return rank === 2 ? permuted(tensor, [1, 0]) : undefined;
    case 'convolution':
      return rank === 3 || rank === 4
        ? permuted(tensor, [rank - 1, rank - 2, ...axesFrom(0, rank - 2)])
        : undefined;
    case 'pointwise': {
      if (rank !== 2) return undefined;
      const { shape, data } = permuted(tensor, [1, 0]);
      return { shape: [...shape, 1, 1], data };
    }
  }
}

/** The official shape of one of our weights; undefined if its rank does not fit the layout. */
export function officialShape(shape: readonly number[], layout: OfficialLayout): number[] | undefined {
  const rank = shape.length;
  switch (layout) {
    case 'same':
      return [...shape];
    case 'linear':
      return rank === 2 ? shape.toReversed() : undefined;
    case 'convolution':
      return rank === 3 || rank === 4 ? [...shape.slice(-2).reverse(), ...shape.slice(0, -2)] : undefined;
    case 'pointwise':
      return rank === 2 ? [...shape.toReversed(), 1, 1] : undefined;
  }
}

/** A copy with its axes in the order `axes`. */
export function permuted({ shape, data }: FloatTensor, axes: readonly number[]): FloatTensor {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  const newShape = axes.map((axis) => shape[axis] ?? 0);
  const newStrides = axes.map((axis) => strides[axis] ?? 0);
  const result = new Float32Array(data.length);
  const position = newShape.map(() => 0);
  let from = 0;
  for (let to = 0; to < result.length; to++) {
    result[to] = data[from] ?? Number.NaN;
    for (let axis = newShape.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      from += newStrides[axis] ?? 0;
      if (next < (newShape[axis] ?? 0)) {
        position[axis] = next;
        break;
      }
      position[axis] = 0;
      from -= next * (newStrides[axis] ?? 0);
    }
  }
  return { shape: newShape, data: result };
}

function axesFrom(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}
