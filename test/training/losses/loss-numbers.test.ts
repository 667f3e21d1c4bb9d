import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossNumbers, namedByScale, sumOverScales } from '../../../src/training/losses/loss-numbers.js';

beforeAll(() => tf.setBackend('cpu'));

describe('the numbers of a step', () => {
  it('are read by name, without the terms that a model does not have, and leave no tensor behind', () => {
    const [real, fake] = [tf.scalar(0.5), tf.tensor2d([[2]])];
    const { numTensors } = tf.memory();
    expect(lossNumbers({ real, wrong: undefined, fake })).toEqual({ real: 0.5, fake: 2 });
    expect(lossNumbers({ wrong: undefined })).toEqual({});
    expect(tf.memory().numTensors).toBe(numTensors);
    tf.dispose([real, fake]);
  });

  it('can be read while a gradient is recorded', () => {
    const square = (x: tf.Scalar) => {
      const loss = x.square<tf.Scalar>();
      expect(lossNumbers({ loss })).toEqual({ loss: 9 });
      return loss;
    };
    expect(
      tf
        .grad(square as (x: tf.Tensor) => tf.Tensor)(tf.scalar(3))
        .dataSync()[0],
    ).toBe(6);
  });

  it('of several scales have the pictures’ side in their names, and sums over all scales', () => {
    const scales = [
      { side: 64, losses: { real: 1, fake: 2 } },
      { side: 128, losses: { real: 10 } },
    ];
    expect(namedByScale(scales)).toEqual({ real64: 1, fake64: 2, real128: 10 });
    expect(sumOverScales(scales, 'real')).toBe(11);
    expect(sumOverScales(scales, 'fake')).toBe(2);
  });
});
