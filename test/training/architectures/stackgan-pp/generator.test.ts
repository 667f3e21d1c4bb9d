import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { discriminatorVariables } from '../../../../src/training/architectures/discriminator-variables.js';
import { buildBranchDiscriminators } from '../../../../src/training/architectures/stackgan-pp/discriminators.js';
import {
  applyGenerator,
  buildStackganPlusPlusGenerator,
  generatorVariables,
} from '../../../../src/training/architectures/stackgan-pp/generator.js';
import type { NamedVariables } from '../../../../src/training/weights/named-variables.js';
import {
  stackganPlusPlusDiscriminatorNames,
  stackganPlusPlusGeneratorNames,
} from '../../../../tools/import/official-names/stackgan-pp.js';

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

/** The official settings for birds. */
const BIRDS = { text: { sentenceDim: 1024, conditionDim: 128 }, zDim: 100, baseWidth: 64, residualBlocks: 2 };
const SMALL = { text: { sentenceDim: 6, conditionDim: 4 }, zDim: 5, baseWidth: 4, residualBlocks: 1 };

describe('the generator of StackGAN++', () => {
  it.each([
    ['with text', BIRDS, 21_239_696],
    ['without text', { ...BIRDS, text: undefined }, 16_472_208],
  ])('has as many parameters as the official one, %s', (_, options, parameters) => {
    const generator = buildStackganPlusPlusGenerator(options);
    expect(sizeOf(generatorVariables(generator, { trainableOnly: true }))).toBe(parameters);
  });

  it.each([
    [1, [64]],
    [3, [64, 128, 256]],
    [5, [64, 128, 256, 512, 1024]],
  ])('with %i branches draws pictures of %j pixels', (branches, sides) => {
    const generator = buildStackganPlusPlusGenerator({ ...SMALL, baseWidth: 16, branches });
    expect(generator.stages.map((stage) => imageSideOf(stage))).toEqual(sides);
  });

  it.each([true, false])('draws in [-1, 1] and leaves no tensor behind, with text: %s', (conditional) => {
    const options = { ...SMALL, text: conditional ? SMALL.text : undefined, branches: 2 };
    const generator = buildStackganPlusPlusGenerator(options);
    const inputs = {
      z: tf.randomNormal<tf.Rank.R2>([2, 5], 0, 1, 'float32', 1),
      ...(conditional && { sentences: tf.ones([2, 6]) as tf.Tensor2D, eps: tf.zeros([2, 4]) as tf.Tensor2D }),
    };
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      for (const training of [false, true]) {
        const { images, statistics } = applyGenerator(generator, inputs, { training });
        expect(images.map(({ shape }) => shape)).toEqual([
          [2, 64, 64, 3],
          [2, 128, 128, 3],
        ]);
        expect(Math.max(...images.map((image) => image.abs().max().dataSync()[0] ?? 2))).toBeLessThanOrEqual(
          1,
        );
        expect(statistics === undefined).toBe(!conditional);
      }
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each<[string, Record<string, [number, number]>, RegExp]>([
    ['text that is not there', { z: [2, 5] }, /sentences .* \[2, 6\], received none/],
    ['sentences of another encoder', { z: [2, 5], sentences: [2, 7], eps: [2, 4] }, /sentences .* \[2, 7\]/],
    ['noise of another length', { z: [2, 6], sentences: [2, 6], eps: [2, 4] }, /z .* \[2, 5\], .* \[2, 6\]/],
    ['fewer sentences than noise', { z: [2, 5], sentences: [1, 6], eps: [2, 4] }, /sentences .* \[1, 6\]/],
  ])('refuses %s', (_, shapes, message) => {
    const generator = buildStackganPlusPlusGenerator({ ...SMALL, branches: 1 });
    const inputs = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, tf.zeros(shape) as tf.Tensor2D]),
    );
    const z = inputs.z ?? (tf.zeros([2, 5]) as tf.Tensor2D);
    expect(() => applyGenerator(generator, { ...inputs, z }, { training: false })).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
  });

  it.each([
    { branches: 0 },
    { branches: 6 },
    { branches: 2.5 },
    { branches: 4, baseWidth: 7 },
    { baseWidth: 4.5 },
  ])('refuses %j', (wrong) => {
    expect(() => buildStackganPlusPlusGenerator({ ...SMALL, ...wrong })).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});

describe('the discriminators of StackGAN++', () => {
  it.each([
    [1, 5_723_906],
    [2, 18_834_178],
  ])('have as many parameters as the official ones, branch %i', (branches, parameters) => {
    const discriminators = buildBranchDiscriminators({ branches, baseWidth: 64, conditionDim: 128 });
    const last = discriminators.at(-1);
    expect(last && sizeOf(discriminatorVariables(last, { trainableOnly: true }))).toBe(parameters);
  });
});

describe('official names', () => {
  it.each([
    { branches: 1, conditional: true },
    { branches: 3, conditional: false },
    { branches: 5, conditional: true },
  ])('are there for every weight, each once: %j', ({ branches, conditional }) => {
    const text = conditional ? SMALL.text : undefined;
    const options = { ...SMALL, text, baseWidth: 16, branches, residualBlocks: 2 };
    const generator = buildStackganPlusPlusGenerator(options);
    expectSameNames(
      generatorVariables(generator),
      stackganPlusPlusGeneratorNames({ ...options, conditional }),
    );
    const discriminators = buildBranchDiscriminators({
      branches,
      baseWidth: 1,
      conditionDim: text?.conditionDim,
    });
    for (const [branch, discriminator] of discriminators.entries()) {
      const names = stackganPlusPlusDiscriminatorNames({ imageSize: 64 * 2 ** branch, conditional });
      expectSameNames(discriminatorVariables(discriminator), names);
    }
  });

  it('number the blocks that narrow the largest discriminators’ maps as the official code does', () => {
    const names = stackganPlusPlusDiscriminatorNames({ imageSize: 512, conditional: true });
    const backbone = names.map(({ official }) => official.split('.')[0]);
    expect([...new Set(backbone)]).toEqual([
      'img_code_s16',
      'img_code_s32',
      'img_code_s64',
      'img_code_s128',
      'img_code_s128_1',
      'img_code_s128_2',
      'img_code_s128_3',
      'jointConv',
      'logits',
      'uncond_logits',
    ]);
  });
});

function expectSameNames(
  variables: NamedVariables,
  names: readonly { ours: string; official: string }[],
): void {
  expect(names.map(({ ours }) => ours).sort()).toEqual([...variables.keys()].sort());
  expect(new Set(names.map(({ official }) => official)).size).toBe(names.length);
}

function sizeOf(variables: NamedVariables): number {
  return [...variables.values()].reduce((total, { size }) => total + size, 0);
}

function imageSideOf({ outputs }: tf.LayersModel): number | null | undefined {
  return outputs[0]?.shape[1];
}
