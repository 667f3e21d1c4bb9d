import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { TileCondition } from '../../../src/training/layers/tile-condition.js';
import { BACKENDS } from '../oracle.js';

describe.each(BACKENDS)('TileCondition, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));
  const layer = new TileCondition({ name: 'tile', side: 3 });
  const tiled = (vector: tf.Tensor) => layer.apply(vector) as tf.Tensor;

  it('repeats a vector at every place', () => {
    tf.tidy(() => {
      const vector = tf.tensor2d([
        [1, -2],
        [Number.NaN, 4],
      ]);
      const expected = vector.reshape([2, 1, 1, 2]).tile([1, 3, 3, 1]);
      expect(tiled(vector).arraySync()).toEqual(expected.arraySync());
    });
  });

  it('sums the gradient over the places, in as many operations for a large map as for a small one', async () => {
    const weights = tf.randomUniform([2, 3, 3, 2], -1, 1, 'float32', 4);
    const gradientOf = () => tf.grad((vector) => tiled(vector).mul(weights).sum())(tf.ones([2, 2]));
    let differences: Float32Array | Int32Array | Uint8Array = new Float32Array([1]);
    const { kernels } = await tf.profile(() =>
      tf.tidy(() => {
        differences = gradientOf()
          .sub(weights.sum([1, 2]))
          .abs()
          .dataSync();
        return tf.scalar(0);
      }),
    );
    expect(Math.max(...differences)).toBeLessThan(1e-6);
    expect(kernels.filter(({ name }) => name === 'Slice')).toEqual([]);
    weights.dispose();
  });
});
