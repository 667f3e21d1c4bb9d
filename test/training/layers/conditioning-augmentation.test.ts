import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  type ConditioningAugmentationOptions,
  conditioningAugmentation,
} from '../../../src/training/layers/conditioning-augmentation.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';

beforeAll(() => tf.setBackend('cpu'));

/** Linear layer from one number to `[x, 2x, ...]`, or with signs given; condition of one dimension. */
function augment(
  options: Pick<ConditioningAugmentationOptions, 'activation' | 'spread'>,
  kernel: number[],
): { condition: number; mean: number; logVariance: number } {
  const sentence = tf.input({ shape: [1] });
  const eps = tf.input({ shape: [1] });
  const drawn = conditioningAugmentation(sentence, eps, { ...options, conditionDim: 1, name: 'ca_net' });
  const { condition, mean, logVariance } = drawn;
  const model = tf.model({ inputs: [sentence, eps], outputs: [condition, mean, logVariance] });
  variablesOf(model)
    .get('ca_net/fc/kernel')
    ?.assign(tf.tensor2d([kernel]));
  const [c, m, v] = (model.apply([tf.tensor2d([[1]]), tf.tensor2d([[0.7]])]) as tf.Tensor[]).map(
    (tensor) => tensor.dataSync()[0] ?? Number.NaN,
  );
  model.dispose();
  return { condition: c ?? Number.NaN, mean: m ?? Number.NaN, logVariance: v ?? Number.NaN };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe('conditioning augmentation', () => {
  it.each([
    ['relu', [-0.5, 0.8], 0, 0.8],
    ['leakyRelu', [-0.5, 0.8], -0.1, 0.8],
    ['linear', [-0.5, -0.8], -0.5, -0.8],
    ['glu', [-0.5, 0.8, 0.3, -0.2], -0.5 * sigmoid(0.3), 0.8 * sigmoid(-0.2)],
  ] as const)('%s', (activation, kernel, mean, logVariance) => {
    const drawn = augment({ activation }, [...kernel]);
    expect(drawn.mean).toBeCloseTo(mean, 6);
    expect(drawn.logVariance).toBeCloseTo(logVariance, 6);
    expect(drawn.condition).toBeCloseTo(mean + 0.7 * Math.exp(logVariance / 2), 6);
  });

  it('log sigma: the second half is half the log variance', () => {
    const drawn = augment({ activation: 'leakyRelu', spread: 'logSigma' }, [0.4, -1]);
    expect(drawn.logVariance).toBeCloseTo(-0.4, 6);
    expect(drawn.condition).toBeCloseTo(0.4 + 0.7 * Math.exp(-0.2), 6);
  });
});
