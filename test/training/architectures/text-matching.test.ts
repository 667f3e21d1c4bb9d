import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildDiscriminator } from '../../../src/training/architectures/discriminator.js';
import { discriminatorVariables } from '../../../src/training/architectures/discriminator-variables.js';
import {
  fakeLoss,
  judgePairs,
  type MatchingLogits,
  matchingLoss,
} from '../../../src/training/architectures/text-matching.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import type { AdversarialLoss } from '../../../src/training/losses/adversarial.js';

beforeAll(() => loadTensorFlow());

/** Takes the logits' mean for the loss, so that a test reads the weights of the terms. */
const identity: AdversarialLoss = {
  real: (logits) => logits.mean(),
  fake: (logits) => logits.mean(),
  generator: (logits) => logits.mean(),
};

const logitsOf = (real: number, wrong: number, fake: number, ...alone: number[]): MatchingLogits => {
  const at = (index: number) => (alone[index] === undefined ? undefined : tf.tensor2d([[alone[index]]]));
  const logit = (value: number) => tf.tensor2d([[value]]);
  return { real: logit(real), wrong: logit(wrong), fake: logit(fake), realAlone: at(0), fakeAlone: at(1) };
};

const numberOf = (scalar: tf.Scalar) => scalar.dataSync()[0];

describe('how the terms of a discriminator add up', () => {
  it.each(['mean', 'sum'] as const)('one head, %s: real + 1/2 (wrong + fake)', (combination) => {
    expect(numberOf(matchingLoss(logitsOf(100, 10, 2), identity, combination).total)).toBeCloseTo(106, 4);
  });

  it('two heads, mean: 1/2 (real + real alone) + 1/3 (wrong + fake + fake alone)', () => {
    const { total } = matchingLoss(logitsOf(600, 60, 6, 1200, 12), identity, 'mean');
    expect(numberOf(total)).toBeCloseTo(900 + 26, 3);
  });

  it('two heads, sum: real + 1/2 (wrong + fake) + real alone + fake alone', () => {
    const { total } = matchingLoss(logitsOf(1000, 60, 6, 200, 3), identity, 'sum');
    expect(numberOf(total)).toBeCloseTo(1236, 3);
  });

  it('the generator has the sum of both heads', () => {
    expect(numberOf(fakeLoss(logitsOf(0, 0, 5, 0, 7), identity).total)).toBeCloseTo(12, 5);
    expect(numberOf(fakeLoss(logitsOf(0, 0, 5), identity).total)).toBeCloseTo(5, 5);
  });
});

describe('pairs of picture and text', () => {
  const BATCH = 3;

  function judged(normalization: 'batch' | 'spectral', wrongs: boolean) {
    const discriminator = buildDiscriminator({
      name: 'discriminator',
      imageSize: 64,
      baseWidth: 2,
      normalization,
      conditionalHead: { conditionDim: 4 },
      unconditionalHead: true,
    });
    const variables = discriminatorVariables(discriminator);
    for (const variable of variables.values()) {
      if (variable.trainable || variable.name.includes('singular')) {
        tf.tidy(() => variable.assign(tf.randomNormal(variable.shape, 0, 0.5, 'float32', variable.size)));
      }
    }
    const images = (seed: number) =>
      tf.randomNormal([BATCH, 64, 64, 3], 0, 1, 'float32', seed) as tf.Tensor4D;
    const conditions = tf.randomNormal([BATCH, 4], 0, 1, 'float32', 3) as tf.Tensor2D;
    const batch = { reals: images(1), fakes: images(2), conditions };
    const logits = judgePairs(discriminator, { ...batch, ...(wrongs && { wrongs: images(4) }) });
    return { discriminator, batch, logits, variables };
  }

  it('are shifted by one where there are no wrong pictures, and all of them where there are', () => {
    const shifted = judged('spectral', false).logits;
    expect([shifted.real, shifted.wrong, shifted.fake].map(({ shape }) => shape[0])).toEqual([3, 2, 3]);
    expect(judged('spectral', true).logits.wrong.shape).toEqual([3, 1]);
  });

  it('a wrong pair is picture i with the text of picture i + 1', () => {
    const { discriminator, batch, logits } = judged('spectral', false);
    const features = discriminator.backbone.apply(batch.reals) as tf.Tensor;
    const pair = (picture: number, text: number) =>
      discriminator.conditionalHead?.apply([
        features.slice(picture, 1),
        batch.conditions.slice(text, 1),
      ]) as tf.Tensor;
    const expected = tf.concat([pair(0, 1), pair(1, 2)]);
    // The head has made one more power iteration since.
    const difference = expected.sub(logits.wrong).abs().max().dataSync()[0];
    expect(difference).toBeLessThan(0.2 * (logits.wrong.abs().max().dataSync()[0] ?? 0));
  });
});
