import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { registerConvolutionGradients } from '../../../src/training/backend/convolution-gradients.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';

beforeAll(() => loadTensorFlow());

/** Batch, side, channels, filters, kernel, stride. */
const CASES = [
  [3, 8, 5, 7, 4, 2, 'same'],
  [2, 4, 3, 6, 3, 1, 'same'],
  [2, 4, 6, 1, 4, 4, 'valid'],
  [2, 7, 2, 3, 3, 2, 'same'],
  [2, 5, 2, 3, 1, 1, 'same'],
  [1, 20, 2, 3, 3, 1, 'same'],
] as const;

describe('gradients of filters', () => {
  it.each(CASES)('batch %i, side %i, %i to %i channels, kernel %i, stride %i, %s', (...sizes) => {
    const [batch, side, channels, filters, kernel, stride, padding] = sizes;
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const map = tf.randomNormal<tf.Rank.R4>([batch, side, side, channels], 0, 1, 'float32', 1);
      const filter = tf.randomNormal<tf.Rank.R4>([kernel, kernel, channels, filters], 0, 1, 'float32', 2);
      const result = tf.conv2d(map, filter, stride, padding);
      const weight = tf.randomNormal<tf.Rank.R4>(result.shape, 0, 1, 'float32', 3);
      // The loss is linear in the filter: its gradient for one tap is the loss of that tap alone.
      const lossOf = (some: tf.Tensor) =>
        tf
          .conv2d(map, some as tf.Tensor4D, stride, padding)
          .mul(weight)
          .sum();
      expectTaps(tf.grad(lossOf)(filter), filter.shape, (tap) => lossOf(tap));

      const transposedOf = (some: tf.Tensor) =>
        tf
          .conv2dTranspose(weight, some as tf.Tensor4D, map.shape, stride, padding)
          .mul(map)
          .sum();
      expectTaps(tf.grad(transposedOf)(filter), filter.shape, (tap) => transposedOf(tap));
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('are replaced once, however often they are asked for', () => {
    const kernel = () => tf.getKernel('Conv2DBackpropFilter', 'tensorflow');
    const first = kernel();
    expect(first).toBeDefined();
    registerConvolutionGradients();
    expect(kernel()).toBe(first);
  });

  it('stand beside the gradients of maps', () => {
    tf.tidy(() => {
      const map = tf.randomNormal<tf.Rank.R4>([2, 4, 4, 3], 0, 1, 'float32', 1);
      const filter = tf.randomNormal<tf.Rank.R4>([3, 3, 3, 2], 0, 1, 'float32', 2);
      const lossOf = (a: tf.Tensor, b: tf.Tensor) =>
        tf.conv2d(a as tf.Tensor4D, b as tf.Tensor4D, 1, 'same').sum();
      const [ofMap, ofFilter] = tf.grads(lossOf)([map, filter]) as [tf.Tensor, tf.Tensor];
      // Bilinear: both gradients give the loss back.
      const [loss = Number.NaN] = lossOf(map, filter).dataSync();
      expect(ofMap.mul(map).sum().dataSync()[0]).toBeCloseTo(loss, 3);
      expect(ofFilter.mul(filter).sum().dataSync()[0]).toBeCloseTo(loss, 3);
    });
  });
});

/** Compares some elements of a gradient with the loss of a filter that is 1 there and 0 elsewhere. */
function expectTaps(gradient: tf.Tensor, shape: number[], lossOf: (tap: tf.Tensor) => tf.Tensor): void {
  expect(gradient.shape).toEqual(shape);
  const values = gradient.dataSync();
  const step = Math.max(1, Math.floor(values.length / 11));
  for (let index = 0; index < values.length; index += step) {
    const tap = tf.oneHot(tf.scalar(index, 'int32'), values.length).cast('float32').reshape(shape);
    const wanted = lossOf(tap).dataSync()[0] ?? Number.NaN;
    expect(Math.abs((values[index] ?? Number.NaN) - wanted)).toBeLessThan(
      1e-4 * Math.max(1, Math.abs(wanted)),
    );
  }
}
