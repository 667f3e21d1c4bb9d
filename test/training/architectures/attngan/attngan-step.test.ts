import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import type { AttnganBatch } from '../../../../src/training/architectures/attngan/attngan-step.js';
import {
  AttnganTrainer,
  type AttnganTrainerOptions,
} from '../../../../src/training/architectures/attngan/attngan-trainer.js';
import {
  type AttnganGeneratorOptions,
  imageSizes,
  runGenerator,
} from '../../../../src/training/architectures/attngan/generator.js';
import type { ImageEmbedding } from '../../../../src/training/encoders/damsm/damsm-loss.js';
import { variablesFromBytes, variablesToBytes } from '../../../../src/training/weights/variable-files.js';

beforeAll(() => tf.setBackend('tensorflow'));
afterEach(() => tf.disposeVariables());

/** Handed to every step; nothing is drawn from it without augmentation. */
const RANDOM = new RandomStream(0);

const WORD_DIM = 6;
const WIDTHS: AttnganGeneratorOptions = {
  sentenceDim: 6,
  wordDim: WORD_DIM,
  conditionDim: 4,
  zDim: 3,
  baseWidth: 2,
  residualBlocks: 1,
  branches: 2,
};
const OPTIONS: AttnganTrainerOptions = {
  generator: WIDTHS,
  discriminator: { baseWidth: 2 },
  similarity: undefined,
};

describe('a training step of AttnGAN', () => {
  it('moves generator and discriminators, and leaves no tensor behind', () => {
    const trainer = new AttnganTrainer({ ...OPTIONS, similarity: SIMILARITY }, new RandomStream(1));
    const batch = randomBatch([3, 2, 1], { classIds: [1, 2, 1] });
    const before = new Map([...trainer.variables].map(([name, variable]) => [name, variable.dataSync()]));
    trainer.step(batch, RANDOM);
    const { numTensors } = tf.memory();
    const losses = trainer.step(batch, RANDOM);
    expect(tf.memory().numTensors).toBe(numTensors);
    const still = [...trainer.variables].filter(([name, variable]) =>
      variable.dataSync().every((value, index) => value === before.get(name)?.[index]),
    );
    expect(still.map(([name]) => name)).toEqual([]);

    const at = (name: string) => losses[name] ?? Number.NaN;
    for (const side of [64, 128]) {
      const expected =
        (at(`real${side}`) + at(`realAlone${side}`)) / 2 +
        (at(`fake${side}`) + at(`fakeAlone${side}`) + at(`wrong${side}`)) / 3;
      expect(at(`discriminator${side}`)).toBeCloseTo(expected, 5);
    }
    expect(losses.discriminator).toBeCloseTo(at('discriminator64') + at('discriminator128'), 5);
    const heads = ['generator64', 'generatorAlone64', 'generator128', 'generatorAlone128'].map(at);
    expect(losses.generator).toBeCloseTo(
      heads.reduce((sum, head) => sum + head),
      5,
    );
    const similarity = 5 * (at('words') + at('sentences'));
    expect(losses.generatorTotal).toBeCloseTo(losses.generator + similarity + losses.kl, 4);
  });

  it('learns through the image encoder: the DAMSM loss alone falls', () => {
    const options = { ...OPTIONS, generatorLearningRate: 2e-3, similarity: { ...SIMILARITY, weight: 1000 } };
    const trainer = new AttnganTrainer(options, new RandomStream(1));
    const batch = randomBatch([3, 2, 1]);
    const sums = Array.from({ length: 8 }, () => {
      const { words = Number.NaN, sentences = Number.NaN } = trainer.step(batch, RANDOM);
      return words + sentences;
    });
    expect(sums.at(-1)).toBeLessThan(0.9 * (sums[0] ?? 0));
  });

  it('trains AttnDCGAN: one picture, conditional heads alone', () => {
    const trainer = new AttnganTrainer(
      {
        ...OPTIONS,
        generator: { ...WIDTHS, images: 'last', residualBlocks: 0 },
        discriminator: { baseWidth: 2, unconditionalHead: false },
      },
      new RandomStream(1),
    );
    const batch = randomBatch([2, 2], { generator: { ...WIDTHS, images: 'last' } });
    const losses = trainer.step(batch, RANDOM);
    expect(Object.keys(losses).sort()).toEqual([
      'accuracyFake128',
      'accuracyReal128',
      'accuracyWrong128',
      'discriminator',
      'discriminator128',
      'fake128',
      'generator',
      'generator128',
      'generatorTotal',
      'kl',
      'real128',
      'wrong128',
    ]);
    const { real128 = Number.NaN, fake128 = Number.NaN, wrong128 = Number.NaN } = losses;
    expect(losses.discriminator).toBeCloseTo(real128 + (fake128 + wrong128) / 2, 5);
  });

  it.each([
    ['a batch of one', () => randomBatch([2]), /at least 2 rows, received 1/],
    [
      'pictures of one size too few',
      () => ({ ...randomBatch([2, 1]), images: randomBatch([2, 1]).images.slice(1) }),
      /2 sizes, one for each discriminator, received 1/,
    ],
    [
      'more captions than pictures',
      () => ({ ...randomBatch([2, 1]), words: randomBatch([2, 1, 1]).words }),
      /words to be \[2, 2, 6\], received \[3, 2, 6\]/,
    ],
    [
      'pictures of another size',
      () => ({ ...randomBatch([2, 1]), images: randomBatch([2, 1]).images.toReversed() }),
      /images\[0\] to be \[2, 64, 64, 3\], received \[2, 128, 128, 3\]/,
    ],
    [
      'sentences of another encoder',
      () => ({ ...randomBatch([2, 1]), sentences: tf.zeros<tf.Rank.R2>([2, 8]) }),
      /sentences to be \[2, 6\], received \[2, 8\]/,
    ],
    [
      'a caption longer than its words',
      () => ({ ...randomBatch([2, 1]), lengths: tf.tensor1d([3, 1], 'int32') }),
      /lengths from 0 to 2, .* received 3/,
    ],
    [
      'another number of classes',
      () => ({ ...randomBatch([2, 1]), classIds: [1, 2, 3] }),
      /classIds to be \[2\], received \[3\]/,
    ],
  ])('refuses %s and changes nothing', (_, batchOf, message) => {
    const trainer = new AttnganTrainer(OPTIONS, new RandomStream(1));
    const before = variablesToBytes(trainer.variables);
    expect(() => trainer.step(batchOf(), RANDOM)).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(message) }),
    );
    expect(sameBytes(variablesToBytes(trainer.variables), before)).toBe(true);
  });

  it.each([[[3, 3]], [[1, 1]], [[2, 0]]])('takes captions of lengths %j', (lengths) => {
    const trainer = new AttnganTrainer({ ...OPTIONS, similarity: SIMILARITY }, new RandomStream(1));
    const losses = trainer.step(randomBatch(lengths), RANDOM);
    expect(Number.isFinite(losses.generatorTotal)).toBe(true);
  });
});

describe('text that comes as whole sentences only', () => {
  const options = { ...OPTIONS, generator: { ...WIDTHS, wordDim: undefined } };
  const sentencesOnly = (lengths: readonly number[]): AttnganBatch => {
    const { words: _, lengths: __, ...batch } = randomBatch(lengths);
    return batch;
  };

  it('trains every weight, and leaves no tensor behind', () => {
    const trainer = new AttnganTrainer(options, new RandomStream(1));
    const batch = sentencesOnly([1, 1, 1]);
    const before = new Map([...trainer.variables].map(([name, variable]) => [name, variable.dataSync()]));
    trainer.step(batch, RANDOM);
    const { numTensors } = tf.memory();
    const losses = trainer.step(batch, RANDOM);
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(Object.values(losses).every(Number.isFinite)).toBe(true);
    const still = [...trainer.variables].filter(([name, variable]) =>
      variable.dataSync().every((value, index) => value === before.get(name)?.[index]),
    );
    expect(still.map(([name]) => name)).toEqual([]);
  });

  it('is refused by a generator that attends to words, which changes nothing', () => {
    const trainer = new AttnganTrainer(OPTIONS, new RandomStream(1));
    const before = variablesToBytes(trainer.variables);
    expect(() => trainer.step(sentencesOnly([1, 1]), RANDOM)).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('Expected words') }),
    );
    expect(sameBytes(variablesToBytes(trainer.variables), before)).toBe(true);
  });

  it('has nothing that DAMSM could compare', () => {
    expect(
      () => new AttnganTrainer({ ...options, similarity: SIMILARITY }, new RandomStream(1)),
    ).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining('wordDim') }),
    );
  });
});

describe('a trainer of AttnGAN', () => {
  it('shifts and cuts what discriminators see, and leaves no tensor behind', () => {
    const augmentation = { shiftPixels: 8, cutPixels: 20 };
    const options = { ...OPTIONS, similarity: SIMILARITY, initialLogVariance: -2 };
    const batch = randomBatch([2, 1]);
    const [plain, augmented] = [undefined, augmentation].map((chosen) => {
      const trainer = new AttnganTrainer(
        { ...options, ...(chosen && { augmentation: chosen }) },
        new RandomStream(1),
      );
      const losses = trainer.step(batch, new RandomStream(5));
      expect(Object.values(losses).every(Number.isFinite)).toBe(true);
      return losses;
    });
    expect(augmented?.real64).not.toBe(plain?.real64);
  });

  it('refuses an image encoder of another size at once', () => {
    const encodeNarrow = (images: tf.Tensor4D): ImageEmbedding => ({
      regions: images.slice([0, 0, 0, 0], [-1, 2, 2, 3]),
      codes: images.mean([1, 2]),
    });
    const similarity = { ...SIMILARITY, encodeImages: encodeNarrow };
    expect(() => new AttnganTrainer({ ...OPTIONS, similarity }, new RandomStream(1))).toThrowError(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(
          /regions and the generator's wordDim to be of one size, received 3 and 6/,
        ),
      }),
    );
  });

  it('goes on from a checkpoint as if it had not stopped', () => {
    const whole = new AttnganTrainer(OPTIONS, new RandomStream(1));
    const batches = [randomBatch([3, 1], { seed: 3 }), randomBatch([2, 2], { seed: 4 })] as const;
    whole.step(batches[0], RANDOM);
    const checkpoint = variablesToBytes(whole.variables);
    whole.step(batches[1], RANDOM);

    const resumed = new AttnganTrainer(OPTIONS, new RandomStream(2));
    variablesFromBytes(resumed.variables, checkpoint, 'checkpoint');
    resumed.resumeAt(1);
    resumed.step(batches[1], RANDOM);
    expect(sameBytes(variablesToBytes(resumed.variables), variablesToBytes(whole.variables))).toBe(true);
  });

  it('shows the averaged weights and trains on with the live ones', () => {
    const trainer = new AttnganTrainer({ ...OPTIONS, averageDecay: 0.5 }, new RandomStream(1));
    const batch = randomBatch([2, 1]);
    trainer.step(batch, RANDOM);
    const draw = () =>
      tf.tidy(() =>
        Float32Array.from(
          runGenerator(trainer.generator, batch, { training: false }).images[0]?.dataSync() ?? [],
        ),
      );
    const live = draw();
    expect(trainer.withAveragedWeights(draw)).not.toEqual(live);
    expect(draw()).toEqual(live);
  });
});

/** Quicker than `toEqual`, which looks at each byte by itself. */
function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** Four regions and the mean colour as the picture's code, both widened to the size of word and sentence vectors. */
function encodeImages(images: tf.Tensor4D): ImageEmbedding {
  const side = images.shape[1] / 2;
  const regions = tf.avgPool(images, side, side, 'valid');
  return { regions: tf.concat([regions, regions.square()], 3), codes: widened(images.mean([1, 2])) };
}

function widened(vectors: tf.Tensor): tf.Tensor2D {
  return tf.concat([vectors, vectors.square()], -1) as tf.Tensor2D;
}

const SIMILARITY = { encodeImages, weight: 5 };

interface BatchOptions {
  seed?: number;
  classIds?: readonly number[];
  generator?: AttnganGeneratorOptions;
}

function randomBatch(lengths: readonly number[], options: BatchOptions = {}) {
  const { seed = 2, classIds, generator = WIDTHS } = options;
  const random = new RandomStream(seed);
  const [batch, time] = [lengths.length, Math.max(...lengths)];
  const matrix = (columns: number) => tf.tensor2d(random.normals(batch * columns), [batch, columns]);
  return {
    sentences: matrix(WIDTHS.sentenceDim),
    words: tf.tensor3d(random.normals(batch * time * WORD_DIM), [batch, time, WORD_DIM]),
    lengths: tf.tensor1d([...lengths], 'int32'),
    z: matrix(WIDTHS.zDim),
    eps: matrix(WIDTHS.conditionDim),
    images: imageSizes(generator).map((size) =>
      tf.tensor4d(random.normals(batch * size * size * 3).map(Math.tanh), [batch, size, size, 3]),
    ),
    classIds,
  } satisfies AttnganBatch;
}
