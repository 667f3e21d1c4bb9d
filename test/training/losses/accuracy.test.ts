import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { accuracies } from '../../../src/training/losses/accuracy.js';

beforeAll(async () => {
  await loadTensorFlow({ backend: 'cpu' });
});

describe('accuracies', () => {
  it('are the shares of pictures taken for what they are', () => {
    tf.tidy(() => {
      const column = (...logits: number[]) => tf.tensor2d(logits, [logits.length, 1]);
      const { accuracyReal, accuracyFake, accuracyWrong } = accuracies({
        real: column(2, 0.1, -1, 0),
        fake: column(-2, -0.1, -3, 1),
        wrong: column(-1, 0),
      });
      expect(accuracyReal.arraySync()).toBe(0.5);
      expect(accuracyFake.arraySync()).toBe(0.75);
      expect(accuracyWrong.arraySync()).toBe(1);
    });
  });

  it('are left out where the discriminator was not asked', () => {
    const { accuracyReal, accuracyWrong } = accuracies({
      real: tf.zeros([2, 1]),
      fake: undefined,
      wrong: undefined,
    });
    expect(accuracyReal?.arraySync()).toBe(0);
    expect(accuracyWrong).toBeUndefined();
  });

  it('change no gradient', () => {
    const gradientOf = (withAccuracy: boolean) =>
      tf.grad((x: tf.Tensor) => {
        if (withAccuracy) accuracies({ real: x, fake: x, wrong: x });
        return x.square().sum();
      })(tf.tensor2d([1, -2], [2, 1]));
    expect(gradientOf(true).arraySync()).toEqual(gradientOf(false).arraySync());
  });
});
