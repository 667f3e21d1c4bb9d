import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { loadOfficial } from '../../../tools/import/official-names/load-official.js';
import { stage1GeneratorNames } from '../../../tools/import/official-names/stackgan.js';
import { BACKENDS, Oracle, relativeDifference } from '../oracle.js';

// What the networks compute is compared in test/tools/parity.
describe.each(BACKENDS)('Stage-I generator, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it('draws the same with and without the statistics, and leaves no tensor behind', () => {
    const oracle = new Oracle('v1-stage1-g');
    const { model, imageModel } = buildStage1Generator({
      sentenceDim: 16,
      conditionDim: 12,
      zDim: 10,
      baseWidth: 8,
      conditioningActivation: 'relu',
    });
    const variables = variablesOf(model);
    loadOfficial(variables, oracle.below('state'), stage1GeneratorNames());
    const inputs = ['in.txt', 'in.z', 'in.eps'].map((name) => oracle.tensor(name));
    const expected = oracle.image('out.eval.img');
    const before = tf.memory().numTensors;
    const image = imageModel.apply(inputs) as tf.Tensor;
    // Ten times the stored rounding noise, 2.9e-6.
    expect(relativeDifference(image, expected.dataSync())).toBeLessThan(2.9e-5);
    const outputs = model.apply(inputs, { training: true }) as tf.Tensor[];
    tf.dispose([image, outputs]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([inputs, expected, ...variables.values()]);
  });
});
