import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { startLogVariances } from '../../../src/training/layers/conditioning-augmentation.js';

beforeAll(() => tf.setBackend('cpu'));

it('log variances start where they are told to, means at 0', () => {
  const { model } = buildStage1Generator({
    sentenceDim: 6,
    conditionDim: 4,
    zDim: 3,
    baseWidth: 2,
    conditioningActivation: 'linear',
  });
  startLogVariances(model, -2.5);
  const zeros = (dim: number) => tf.zeros([2, dim]);
  const [, mean, logVariance] = model.apply([zeros(6), zeros(3), zeros(4)]) as tf.Tensor[];
  expect([...(mean?.dataSync() ?? [])]).toEqual(Array(8).fill(0));
  expect([...(logVariance?.dataSync() ?? [])]).toEqual(Array(8).fill(-2.5));
});
