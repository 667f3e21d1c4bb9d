import * as tf from '@tensorflow/tfjs';
import { RandomStream } from '../../src/sdk/noise/random-stream.js';
import { AttnganTrainer } from '../../src/training/architectures/attngan/attngan-trainer.js';
import { buildStage1Generator } from '../../src/training/architectures/stackgan/stage1-generator.js';
import { Stage1Trainer } from '../../src/training/architectures/stackgan/stage1-trainer.js';
import { Stage2Trainer } from '../../src/training/architectures/stackgan/stage2-trainer.js';
import { StackganPlusPlusTrainer } from '../../src/training/architectures/stackgan-pp/trainer.js';
import { DamsmTrainer } from '../../src/training/encoders/damsm/damsm-trainer.js';
import { buildImageHeads } from '../../src/training/encoders/damsm/image-heads.js';
import type { TrainingCase } from './cases.js';
import { readSizes } from './sizes.js';

const GAMMAS = { gamma1: 4, gamma2: 5, gamma3: 10 };
/** Of the map of either image trunk. */
const REGION_SIDE = 17;
const OFFICIAL = {
  loss: 'bce',
  klWeight: 2,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0,
  augmentation: { shiftPixels: 0, cutPixels: 0 },
} as const;

/** One training step with everything that belongs to it but the data, as often as it is called. */
export function trainingStep({ name, preset, batch }: TrainingCase): () => void {
  const sizes = readSizes();
  switch (name) {
    case 'stackgan-stage1':
      return stage1Step(sizes.stackgan[preset], batch);
    case 'stackgan-stage2':
      return stage2Step(sizes.stackgan[preset], batch);
    case 'stackgan-pp':
      return stackganPlusPlusStep(sizes['stackgan-pp'][preset], batch);
    case 'attngan':
      return attnganStep(sizes.attngan[preset], batch);
    case 'damsm':
      return damsmStep(sizes.damsm[preset], batch);
  }
}

type Sizes = ReturnType<typeof readSizes>;
type StackganSizes = Sizes['stackgan']['paper'];

function stage1Step(sizes: StackganSizes, batch: number): () => void {
  const random = new RandomStream(1);
  const trainer = new Stage1Trainer(
    { ...OFFICIAL, generator: sizes, discriminator: stageDiscriminator(sizes, false) },
    random,
  );
  const given = { images: pictures(batch, 64), ...noiseOf(sizes, batch) };
  return () => trainer.step(given, random);
}

function stage2Step(sizes: StackganSizes, batch: number): () => void {
  const random = new RandomStream(1);
  const trainer = new Stage2Trainer(
    { ...OFFICIAL, generator: sizes, discriminator: stageDiscriminator(sizes, true) },
    buildStage1Generator(sizes),
    random,
  );
  const stage1Eps = tf.randomNormal<tf.Rank.R2>([batch, sizes.conditionDim]);
  const given = { images: pictures(batch, 256), stage1Eps, ...noiseOf(sizes, batch) };
  return () => trainer.step(given, random);
}

function stageDiscriminator({ discriminatorWidth }: StackganSizes, unconditionalHead: boolean) {
  const fixed = { normalization: 'batch', condition: 'mean', projectionDim: null } as const;
  return { ...fixed, baseWidth: discriminatorWidth, unconditionalHead };
}

function stackganPlusPlusStep(sizes: Sizes['stackgan-pp']['paper'], batch: number): () => void {
  const random = new RandomStream(1);
  const { sentenceDim, conditionDim, branches, discriminatorWidth } = sizes;
  const trainer = new StackganPlusPlusTrainer(
    {
      generator: { ...sizes, text: { sentenceDim, conditionDim } },
      discriminator: { baseWidth: discriminatorWidth },
    },
    random,
  );
  const { z, ...text } = noiseOf(sizes, batch);
  const given = {
    images: scales(batch, branches),
    z,
    text: { ...text, wrongImages: scales(batch, branches) },
  };
  return () => trainer.step(given, random);
}

/** With DAMSM's loss; a mean over squares of the picture stands for the frozen trunk, which is not what is measured. */
function attnganStep(sizes: Sizes['attngan']['paper'], batch: number): () => void {
  const random = new RandomStream(1);
  const { sentenceDim, discriminatorWidth, branches, words } = sizes;
  const heads = buildImageHeads({ mapChannels: 3, pooledDim: 3, embeddingDim: sentenceDim });
  const encodeImages = (images: tf.Tensor4D) => {
    const side = Math.floor(images.shape[1] / REGION_SIDE);
    const [regions, codes] = heads.apply([tf.avgPool(images, side, side, 'valid'), images.mean([1, 2])]) as [
      tf.Tensor4D,
      tf.Tensor2D,
    ];
    return { regions, codes };
  };
  const trainer = new AttnganTrainer(
    {
      generator: { ...sizes, wordDim: sentenceDim },
      discriminator: { baseWidth: discriminatorWidth, normalization: 'batch', unconditionalHead: true },
      similarity: { ...GAMMAS, encodeImages, weight: 5 },
    },
    random,
  );
  const given = {
    images: scales(batch, branches),
    words: tf.randomNormal<tf.Rank.R3>([batch, words, sentenceDim]),
    lengths: tf.fill<tf.Rank.R1>([batch], words, 'int32'),
    classIds: Array.from({ length: batch }, (_, row) => row),
    ...noiseOf(sizes, batch),
  };
  return () => trainer.step(given, random);
}

/** On what the frozen trunk says of the pictures. */
function damsmStep(sizes: Sizes['damsm']['paper'], batch: number): () => void {
  const random = new RandomStream(1);
  const { mapChannels, pooledDim, sentenceDim, vocabularySize, words, dropout } = sizes;
  const trainer = new DamsmTrainer(
    {
      textEncoder: { ...sizes, embeddingDropout: dropout },
      imageHeads: { mapChannels, pooledDim, embeddingDim: sentenceDim },
      loss: GAMMAS,
    },
    random,
  );
  const given = {
    map: tf.randomNormal<tf.Rank.R4>([batch, REGION_SIDE, REGION_SIDE, mapChannels]),
    pooled: tf.randomNormal<tf.Rank.R2>([batch, pooledDim]),
    tokenIds: tf.randomUniform<tf.Rank.R2>([batch, words], 1, vocabularySize).toInt(),
    lengths: tf.fill<tf.Rank.R1>([batch], words, 'int32'),
    classIds: Array.from({ length: batch }, (_, row) => row),
  };
  return () => trainer.step(given, random);
}

function pictures(batch: number, size: number): tf.Tensor4D {
  return tf.randomUniform([batch, size, size, 3], -1, 1);
}

function scales(batch: number, branches: number): tf.Tensor4D[] {
  return Array.from({ length: branches }, (_, branch) => pictures(batch, 64 * 2 ** branch));
}

function noiseOf(
  { sentenceDim, zDim, conditionDim }: Pick<StackganSizes, 'sentenceDim' | 'zDim' | 'conditionDim'>,
  batch: number,
) {
  return {
    sentences: tf.randomNormal<tf.Rank.R2>([batch, sentenceDim]),
    z: tf.randomNormal<tf.Rank.R2>([batch, zDim]),
    eps: tf.randomNormal<tf.Rank.R2>([batch, conditionDim]),
  };
}
