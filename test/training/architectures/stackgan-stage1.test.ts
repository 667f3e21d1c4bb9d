import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildDiscriminator } from '../../../src/training/architectures/discriminator.js';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { mergeVariables, variablesOf } from '../../../src/training/weights/named-variables.js';
import { BACKENDS, loadWeights, Oracle, relativeDifference } from '../oracle.js';

/** Ten times the stored rounding noise of the worst tensor, 3.6e-6. */
const TOLERANCE = 3.6e-5;

function batchNormNames(ours: string, theirs: string): Record<string, string> {
  return {
    [`${ours}/gamma`]: `state.${theirs}.weight`,
    [`${ours}/beta`]: `state.${theirs}.bias`,
    [`${ours}/moving_mean`]: `state.${theirs}.running_mean`,
    [`${ours}/moving_variance`]: `state.${theirs}.running_var`,
  };
}

const GENERATOR_NAMES: Record<string, string> = {
  'ca_net/fc/kernel': 'state.ca_net.fc.weight',
  'ca_net/fc/bias': 'state.ca_net.fc.bias',
  'fc/kernel': 'state.fc.0.weight',
  ...batchNormNames('fc_bn', 'fc.1'),
  ...Object.assign(
    {},
    ...[1, 2, 3, 4].map((level) => ({
      [`upsample${level}/conv/kernel`]: `state.upsample${level}.1.weight`,
      ...batchNormNames(`upsample${level}/bn`, `upsample${level}.2`),
    })),
  ),
  'img/kernel': 'state.img.0.weight',
};

const DISCRIMINATOR_NAMES: Record<string, string> = {
  'encode0/conv/kernel': 'state.encode_img.0.weight',
  ...Object.assign(
    {},
    ...[1, 2, 3].map((level) => ({
      [`encode${level}/conv/kernel`]: `state.encode_img.${3 * level - 1}.weight`,
      ...batchNormNames(`encode${level}/bn`, `encode_img.${3 * level}`),
    })),
  ),
  'conditional/joint/conv/kernel': 'state.get_cond_logits.outlogits.0.weight',
  ...batchNormNames('conditional/joint/bn', 'get_cond_logits.outlogits.1'),
  'conditional/out/kernel': 'state.get_cond_logits.outlogits.3.weight',
  'conditional/out/bias': 'state.get_cond_logits.outlogits.3.bias',
};

describe.each(BACKENDS)('Stage-I against the official PyTorch code, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it('generator: image, mean, log variance and running statistics', () => {
    const oracle = new Oracle('v1-stage1-g');
    const { model, imageModel } = buildStage1Generator({
      sentenceDim: 16,
      conditionDim: 12,
      zDim: 10,
      baseWidth: 8,
      conditioningActivation: 'relu',
    });
    const variables = variablesOf(model);
    loadWeights(variables, oracle, GENERATOR_NAMES);
    const inputs = ['in.txt', 'in.z', 'in.eps'].map((name) => oracle.tensor(name));
    const before = tf.memory().numTensors;
    for (const mode of ['eval', 'train'] as const) {
      const outputs = model.apply(inputs, { training: mode === 'train' }) as tf.Tensor[];
      const image = oracle.image(`out.${mode}.img`);
      expect(relativeDifference(outputs[0] as tf.Tensor, image.dataSync())).toBeLessThan(TOLERANCE);
      expect(relativeDifference(outputs[1] as tf.Tensor, oracle.values(`out.${mode}.mu`))).toBeLessThan(1e-5);
      expect(relativeDifference(outputs[2] as tf.Tensor, oracle.values(`out.${mode}.logvar`))).toBeLessThan(
        1e-5,
      );
      if (mode === 'eval') {
        const alone = imageModel.apply(inputs) as tf.Tensor;
        expect(relativeDifference(alone, image.dataSync())).toBeLessThan(TOLERANCE);
        alone.dispose();
      }
      tf.dispose([outputs, image]);
    }
    for (const [ours, theirs] of Object.entries(GENERATOR_NAMES).filter(([name]) =>
      name.includes('moving'),
    )) {
      const after = oracle.values(theirs.replace('state.', 'after.train.'));
      expect(relativeDifference(variables.get(ours) as tf.Tensor, after)).toBeLessThan(1e-5);
    }
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([inputs, ...variables.values()]);
  });

  it('discriminator: features and conditional probability', () => {
    const oracle = new Oracle('v1-stage1-d');
    const { backbone, conditionalHead } = buildDiscriminator({
      name: 'discriminator',
      imageSize: 64,
      baseWidth: 8,
      normalization: 'batch',
      conditionalHead: { conditionDim: 12 },
      unconditionalHead: false,
    });
    const variables = mergeVariables(variablesOf(backbone), variablesOf(conditionalHead));
    loadWeights(variables, oracle, DISCRIMINATOR_NAMES);
    for (const mode of ['eval', 'train'] as const) {
      const options = { training: mode === 'train' };
      tf.tidy(() => {
        const features = backbone.apply(oracle.image('in.img'), options) as tf.Tensor;
        const expected = oracle.image(`out.${mode}.features`).dataSync();
        expect(relativeDifference(features, expected)).toBeLessThan(TOLERANCE);
        const logits = conditionalHead.apply([features, oracle.tensor('in.cond')], options) as tf.Tensor;
        expect(relativeDifference(logits.sigmoid(), oracle.values(`out.${mode}.cond_prob`))).toBeLessThan(
          1e-5,
        );
      });
    }
    for (const variable of variables.values()) variable.dispose();
  });
});
