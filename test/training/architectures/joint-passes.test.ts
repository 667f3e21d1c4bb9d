import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildDiscriminator } from '../../../src/training/architectures/discriminator.js';
import { jointPasses } from '../../../src/training/architectures/joint-passes.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { outputOf } from '../../../src/training/layers/model-outputs.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { relativeDifference } from '../oracle.js';

beforeAll(() => loadTensorFlow());

function backbone(): tf.LayersModel {
  const { backbone: model } = buildDiscriminator({
    name: 'discriminator',
    imageSize: 64,
    baseWidth: 2,
    normalization: 'batch',
    conditionalHead: undefined,
    unconditionalHead: true,
  });
  for (const variable of variablesOf(model, { trainableOnly: true }).values()) {
    tf.tidy(() => variable.assign(tf.randomNormal(variable.shape, 0.1, 0.3, 'float32', variable.size)));
  }
  return model;
}

describe('passes over several batches at once', () => {
  it('give values, gradients and running statistics of one pass after the other', () => {
    const batches = {
      real: [tf.randomNormal([3, 64, 64, 3], 0.5, 1, 'float32', 1)],
      wrong: [tf.randomNormal([2, 64, 64, 3], -1, 2, 'float32', 2)],
      fake: [tf.randomNormal([3, 64, 64, 3], 0, 0.5, 'float32', 3)],
    };
    const results = [true, false].map((jointly) => {
      const model = backbone();
      const before = tf.memory().numTensors;
      const apart = (images: tf.Tensor[]) => outputOf(model, images, { training: true });
      const { value, grads } = tf.variableGrads(() => {
        const { real, wrong, fake } = jointly
          ? jointPasses(model, batches)
          : { real: apart(batches.real), wrong: apart(batches.wrong), fake: apart(batches.fake) };
        return tf.addN([real.square().sum(), wrong.mul(2).sum(), fake.abs().sum().mul(3)]) as tf.Scalar;
      }, [...variablesOf(model, { trainableOnly: true }).values()]);
      const gradients = Object.values(grads);
      expect(tf.memory().numTensors).toBe(before + 1 + gradients.length);
      return { value, gradients, weights: [...variablesOf(model).values()] };
    });
    const [joint, apart] = results;
    if (joint === undefined || apart === undefined) throw new Error('Expected both.');
    expect(relativeDifference(joint.value, apart.value.dataSync())).toBeLessThan(1e-5);
    for (const [index, gradient] of joint.gradients.entries()) {
      expect(relativeDifference(gradient, apart.gradients[index]?.dataSync() ?? [])).toBeLessThan(2e-5);
    }
    // Running means and variances among them: they depend on the order of the batches.
    for (const [index, weight] of joint.weights.entries()) {
      expect(relativeDifference(weight, apart.weights[index]?.dataSync() ?? [])).toBeLessThan(2e-5);
    }
  });
});
