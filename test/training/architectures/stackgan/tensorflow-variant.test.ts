import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { discriminatorVariables } from '../../../../src/training/architectures/discriminator-variables.js';
import { buildStackganDiscriminator } from '../../../../src/training/architectures/stackgan/stackgan-discriminator.js';
import { buildStage1Generator } from '../../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../../src/training/architectures/stackgan/stage2-generator.js';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { initializeWeights } from '../../../../src/training/weights/initialize-weights.js';
import { type NamedVariables, variablesOf } from '../../../../src/training/weights/named-variables.js';

const PAPER = { sentenceDim: 1024, conditionDim: 128, baseWidth: 128 };
const TINY = { sentenceDim: 6, conditionDim: 5, zDim: 4, baseWidth: 4 };

beforeAll(() => loadTensorFlow());

function trainableCount(variables: NamedVariables): number {
  return [...variables.values()].reduce((sum, { size, trainable }) => sum + (trainable ? size : 0), 0);
}

function countAndDispose(variables: NamedVariables): number {
  const count = trainableCount(variables);
  for (const variable of variables.values()) variable.dispose();
  return count;
}

describe('parameters at the widths of the paper', () => {
  it.each([
    ['pytorch', 10_301_248, 36_591_328],
    ['tensorflow', 14_264_192, 40_554_272],
  ] as const)('generators, %s', (variant, stage1, bothStages) => {
    const first = countAndDispose(variablesOf(buildStage1Generator({ ...PAPER, zDim: 100, variant }).model));
    const second = countAndDispose(variablesOf(buildStage2Generator({ ...PAPER, variant }).model));
    expect(first).toBe(stage1);
    expect(first + second).toBe(bothStages);
  });

  it.each([
    ['pytorch', 5_715_713],
    ['tensorflow', 4_029_824],
  ] as const)('discriminator of Stage-I, %s', (variant, expected) => {
    const discriminator = buildStackganDiscriminator({
      stage: 1,
      baseWidth: 64,
      normalization: 'batch',
      conditionDim: variant === 'pytorch' ? 128 : 1024,
      projectionDim: variant === 'pytorch' ? undefined : 128,
      unconditionalHead: false,
      variant,
    });
    expect(countAndDispose(discriminatorVariables(discriminator))).toBe(expected);
  });
});

describe('the official TensorFlow variant', () => {
  /** The picture of Stage-I where the first rows of the linear layer are all that is not 0. */
  function pictureFrom(rows: number, z: number, eps: number): Float32Array {
    const { model, imageModel } = buildStage1Generator({ ...TINY, variant: 'tensorflow' });
    const variables = variablesOf(model);
    initializeWeights(variables, new RandomStream(1), 0.3);
    const kernel = variables.get('fc/kernel');
    tf.tidy(() => {
      const isKept = tf
        .range(0, TINY.conditionDim + TINY.zDim)
        .less(rows)
        .expandDims(1);
      kernel?.assign(kernel.mul(isKept));
    });
    const inputs = [
      tf.ones([1, TINY.sentenceDim]),
      tf.fill([1, TINY.zDim], z),
      tf.fill([1, TINY.conditionDim], eps),
    ];
    const image = imageModel.apply(inputs) as tf.Tensor;
    const pixels = Float32Array.from(image.dataSync());
    tf.dispose([inputs, image, ...variables.values()]);
    return pixels;
  }

  it('puts the condition before the noise', () => {
    expect(pictureFrom(TINY.conditionDim, 1, 0.5)).toEqual(pictureFrom(TINY.conditionDim, 2, 0.5));
    expect(pictureFrom(TINY.conditionDim, 1, 0.5)).not.toEqual(pictureFrom(TINY.conditionDim, 1, 0.7));
    expect(pictureFrom(9, 1, 0.5)).not.toEqual(pictureFrom(9, 2, 0.5));
  });

  it('draws pictures of 64 pixels, and features of 4×4 from pictures of either stage', () => {
    expect(pictureFrom(9, 1, 0.5)).toHaveLength(64 * 64 * 3);
    for (const [stage, side] of [
      [1, 64],
      [2, 256],
    ] as const) {
      const discriminator = buildStackganDiscriminator({
        stage,
        baseWidth: 4,
        normalization: 'batch',
        conditionDim: 6,
        projectionDim: 3,
        unconditionalHead: false,
        variant: 'tensorflow',
      });
      const logits = tf.tidy(() => {
        const features = discriminator.backbone.apply(tf.ones([2, side, side, 3])) as tf.Tensor;
        expect(features.shape).toEqual([2, 4, 4, 32]);
        return discriminator.conditionalHead.apply([features, tf.ones([2, 6])]) as tf.Tensor;
      });
      expect(logits.shape).toEqual([2, 1]);
      tf.dispose([logits, ...discriminatorVariables(discriminator).values()]);
    }
  });

  it('has no activation behind the third and fourth convolution of its Stage-I discriminator', () => {
    const { backbone } = buildStackganDiscriminator({
      stage: 1,
      baseWidth: 4,
      normalization: 'batch',
      conditionDim: 6,
      projectionDim: 3,
      unconditionalHead: false,
      variant: 'tensorflow',
    });
    const rectified = backbone.layers.map(({ name }) => name).filter((name) => /^encode.*lrelu$/.test(name));
    expect(rectified).toEqual(['encode0/lrelu', 'encode1/lrelu']);
    for (const variable of variablesOf(backbone).values()) variable.dispose();
  });
});
