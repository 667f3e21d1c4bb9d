import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { buildAttnganDiscriminators } from '../../../../src/training/architectures/attngan/discriminators.js';
import {
  type AttnganGeneratorOptions,
  type AttnganInputs,
  buildAttnganGenerator,
  generatorVariables,
  imageSizes,
  runGenerator,
} from '../../../../src/training/architectures/attngan/generator.js';
import { discriminatorVariables } from '../../../../src/training/architectures/discriminator-variables.js';
import type { NamedVariables } from '../../../../src/training/weights/named-variables.js';
import { initializeOrthogonally } from '../../../../src/training/weights/orthogonal-weights.js';
import {
  attnganDiscriminatorNames,
  attnganGeneratorNames,
} from '../../../../tools/import/official-names/attngan.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

/** The official settings for CUB. */
const CUB: AttnganGeneratorOptions = {
  sentenceDim: 256,
  wordDim: 256,
  conditionDim: 100,
  zDim: 100,
  baseWidth: 32,
  residualBlocks: 2,
  branches: 3,
};
const COCO: AttnganGeneratorOptions = { ...CUB, baseWidth: 48, residualBlocks: 3 };
const DCGAN: AttnganGeneratorOptions = { ...CUB, residualBlocks: 0, images: 'last' };
const WORD_DIM = 5;
const SMALL: AttnganGeneratorOptions = {
  sentenceDim: 4,
  wordDim: WORD_DIM,
  conditionDim: 3,
  zDim: 2,
  baseWidth: 2,
  residualBlocks: 1,
  branches: 2,
};

describe('the generator of AttnGAN', () => {
  it.each([
    ['CUB', CUB, 7_084_592],
    ['COCO', COCO, 13_811_456],
    ['AttnDCGAN for CUB', DCGAN, 6_638_960],
  ])('has as many parameters as the official one, %s', (_, options, parameters) => {
    const generator = buildAttnganGenerator(options);
    expect(sizeOf(generatorVariables(generator, { trainableOnly: true }))).toBe(parameters);
  });

  it.each([
    [{}, [64, 128]],
    [{ branches: 1 as const }, [64]],
    [{ images: 'last' as const, residualBlocks: 0 }, [128]],
  ])('with %j draws pictures of %j pixels, and a map of each word', (changes, sizes) => {
    const options = { ...SMALL, ...changes };
    expect(imageSizes(options)).toEqual(sizes);
    const generator = buildAttnganGenerator(options);
    const inputs = randomInputs([3, 1]);
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const { images, attentionMaps, mean } = runGenerator(generator, inputs, { training: false });
      expect(images.map(({ shape }) => shape)).toEqual(sizes.map((size) => [2, size, size, 3]));
      expect(attentionMaps.map(({ shape }) => shape)).toEqual(options.branches === 1 ? [] : [[2, 64, 64, 3]]);
      expect(mean.shape).toEqual([2, 3]);
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('draws each caption as if it were alone and unpadded', () => {
    const generator = buildAttnganGenerator(SMALL);
    initializeOrthogonally(generatorVariables(generator), new RandomStream(1));
    const inputs = randomInputs([4, 2, 1]);
    tf.tidy(() => {
      const { images, attentionMaps } = runGenerator(generator, inputs, { training: false });
      for (const [row, length] of [4, 2, 1].entries()) {
        const alone = runGenerator(generator, captionOf(inputs, row, length), { training: false });
        for (const [index, image] of images.entries()) {
          expect(distance(image.slice(row, 1), alone.images[index])).toBeLessThan(1e-5);
        }
        const trueWords = attentionMaps[0]?.slice([row, 0, 0, 0], [1, 64, 64, length]);
        expect(distance(trueWords, alone.attentionMaps[0])).toBeLessThan(1e-5);
      }
    });
  });

  it('in the official mask order lets captions of one batch change each other', () => {
    const generator = buildAttnganGenerator({ ...SMALL, attentionMask: 'official' });
    initializeOrthogonally(generatorVariables(generator), new RandomStream(1));
    const inputs = randomInputs([4, 1]);
    tf.tidy(() => {
      const { images } = runGenerator(generator, inputs, { training: false });
      const alone = runGenerator(generator, captionOf(inputs, 1, 1), { training: false });
      expect(distance(images[0]?.slice(1, 1), alone.images[0])).toBeLessThan(1e-5);
      expect(distance(images[1]?.slice(1, 1), alone.images[1])).toBeGreaterThan(1e-3);
    });
  });

  it.each([{}, { images: 'last' as const, residualBlocks: 0, branches: 3 as const }])(
    'reads a sentence as it does a caption of that word alone: %j',
    (changes) => {
      const options = { ...SMALL, ...changes, wordDim: SMALL.sentenceDim };
      const attending = buildAttnganGenerator(options);
      const reading = buildAttnganGenerator({ ...options, wordDim: undefined });
      initializeOrthogonally(generatorVariables(attending), new RandomStream(1));
      const weights = generatorVariables(attending);
      for (const [name, variable] of generatorVariables(reading))
        variable.assign(weights.get(name) as tf.Tensor);
      tf.tidy(() => {
        const { words: _, lengths: __, ...inputs } = randomInputs([1, 1]);
        const word = {
          words: inputs.sentences.expandDims<tf.Tensor3D>(1),
          lengths: tf.ones<tf.Rank.R1>([2], 'int32'),
        };
        const expected = runGenerator(attending, { ...inputs, ...word }, { training: false });
        const { images, attentionMaps } = runGenerator(reading, inputs, { training: false });
        expect(images).toHaveLength(expected.images.length);
        for (const [index, image] of images.entries()) {
          expect(distance(image, expected.images[index])).toBeLessThan(1e-5);
        }
        expect(attentionMaps).toEqual([]);
      });
    },
  );

  it.each([{ branches: 4 }, { branches: 0 }, { baseWidth: 0 }, { residualBlocks: -1 }, { wordDim: 2.5 }])(
    'refuses %j',
    (wrong) => {
      const options = { ...SMALL, ...wrong } as AttnganGeneratorOptions;
      expect(() => buildAttnganGenerator(options)).toThrowError(
        expect.objectContaining({ code: 'INVALID_OPTION' }),
      );
    },
  );
});

describe('inputs of a generator', () => {
  it.each([
    ['sentences', { sentences: [2, 5] }, /sentences to be \[2, 4\], received \[2, 5\]/],
    ['words of another encoder', { words: [2, 3, 6] }, /words to be \[2, 3, 5\], received \[2, 3, 6\]/],
    ['lengths of another batch', { lengths: [3] }, /lengths to be \[2\], received \[3\]/],
    ['noise', { z: [2, 3] }, /z to be \[2, 2\], received \[2, 3\]/],
  ])('that do not fit are refused: %s', (_, shapes, message) => {
    const generator = buildAttnganGenerator(SMALL);
    tf.tidy(() => {
      const wrong = Object.entries(shapes).map(([name, shape]) => [name, tf.ones(shape)]);
      const inputs = { ...randomInputs([3, 1]), ...Object.fromEntries(wrong) };
      expect(() => runGenerator(generator, inputs, { training: false })).toThrowError(
        expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
      );
    });
  });
});

describe('the discriminators of AttnGAN', () => {
  it('have as many parameters as the official ones', () => {
    const discriminators = buildAttnganDiscriminators({ ...CUB, branches: 2 }, { baseWidth: 64 });
    const sizes = discriminators.map((each) => sizeOf(discriminatorVariables(each, { trainableOnly: true })));
    expect(sizes).toEqual([6_313_730, 19_424_002]);
  });
});

describe('official names', () => {
  it.each([
    SMALL,
    { ...SMALL, branches: 3 as const, residualBlocks: 2 },
    { ...SMALL, images: 'last' as const, residualBlocks: 0 },
  ])('are there for every weight, each once: %j', (options) => {
    const generator = buildAttnganGenerator(options);
    expectSameNames(generatorVariables(generator), attnganGeneratorNames(options));
    const unconditionalHead = options.images === undefined;
    const discriminators = buildAttnganDiscriminators(options, { baseWidth: 1, unconditionalHead });
    for (const [index, imageSize] of imageSizes(options).entries()) {
      const discriminator = discriminators[index];
      if (discriminator === undefined) throw new Error('A discriminator is missing.');
      const names = attnganDiscriminatorNames({ imageSize, unconditionalHead });
      expectSameNames(discriminatorVariables(discriminator), names);
    }
  });
});

function expectSameNames(variables: NamedVariables, names: readonly { ours: string; official: string }[]) {
  expect(names.map(({ ours }) => ours).toSorted()).toEqual([...variables.keys()].toSorted());
  expect(new Set(names.map(({ official }) => official)).size).toBe(names.length);
}

function randomInputs(lengths: readonly number[]): AttnganInputs {
  const random = new RandomStream(2);
  const [batch, time] = [lengths.length, Math.max(...lengths)];
  const matrix = (columns: number) => tf.tensor2d(random.normals(batch * columns), [batch, columns]);
  return {
    sentences: matrix(SMALL.sentenceDim),
    words: tf.tensor3d(random.normals(batch * time * WORD_DIM), [batch, time, WORD_DIM]),
    lengths: tf.tensor1d([...lengths], 'int32'),
    z: matrix(SMALL.zDim),
    eps: matrix(SMALL.conditionDim),
  };
}

/** One row of a batch, its padding cut off. */
function captionOf(inputs: AttnganInputs, row: number, length: number): AttnganInputs {
  return {
    sentences: inputs.sentences.slice(row, 1),
    words: inputs.words.slice([row, 0, 0], [1, length, WORD_DIM]),
    lengths: inputs.lengths.slice(row, 1),
    z: inputs.z.slice(row, 1),
    eps: inputs.eps.slice(row, 1),
  };
}

function sizeOf(variables: NamedVariables): number {
  return [...variables.values()].reduce((sum, variable) => sum + variable.size, 0);
}

/** Largest absolute difference. */
function distance(a: tf.Tensor | undefined, b: tf.Tensor | undefined): number {
  if (a === undefined || b === undefined) throw new Error('A tensor is missing.');
  return a.sub(b).abs().max().dataSync()[0] ?? Number.NaN;
}
