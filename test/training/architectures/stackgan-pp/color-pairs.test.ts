import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { generatorLoss } from '../../../../src/training/architectures/stackgan-pp/generator-loss.js';
import { adversarialLoss } from '../../../../src/training/losses/adversarial.js';

/** Pictures of one colour each, of 4, 8, 16 and 32 pixels. */
const COLORS = [0.9, 0.5, 0.2, 0.1];
const squared = (pair: number) => ((COLORS[pair] ?? 0) - (COLORS[pair + 1] ?? 0)) ** 2;

function colorLoss(finestColorsOnly?: boolean): number {
  return tf.tidy(() => {
    const images = COLORS.map(
      (color, scale) => tf.fill([2, 4 * 2 ** scale, 4 * 2 ** scale, 3], color) as tf.Tensor4D,
    );
    const weights = {
      adversarial: adversarialLoss('bce'),
      unconditionalWeight: 1,
      klWeight: 0,
      colorWeight: 1,
    };
    const chosen = finestColorsOnly === undefined ? weights : { ...weights, finestColorsOnly };
    return generatorLoss([], { images, statistics: undefined }, chosen).total.dataSync()[0] ?? Number.NaN;
  });
}

it('compares the colours of all neighbouring scales, as the paper does', () => {
  expect(colorLoss()).toBeCloseTo(squared(0) + squared(1) + squared(2), 6);
});

it('as the official code compares the two finest pairs only, if told so', () => {
  expect(colorLoss(true)).toBeCloseTo(squared(1) + squared(2), 6);
});
