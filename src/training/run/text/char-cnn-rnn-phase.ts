import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { CaptionedImage } from '../../data/captioned-image.js';
import { CharCnnRnnTrainer } from '../../encoders/char-cnn-rnn/char-cnn-rnn-trainer.js';
import { characterBatch } from '../../encoders/char-cnn-rnn/characters.js';
import type { CharCnnRnnBatch } from '../../encoders/char-cnn-rnn/training-step.js';
import { retrievalAccuracy } from '../../encoders/damsm/retrieval-accuracy.js';
import { unitRows } from '../../losses/contrastive.js';
import type { CharCnnRnnEncoderConfig } from '../config/text-encoder-config.js';
import { pooledFeatures } from '../pooled-features.js';
import { randomStream } from '../random-streams.js';
import type { PhaseOutcome, TrainingPhase } from '../training-phase.js';
import { type CharacterTextOptions, drawTexts, firstTexts } from './character-texts.js';
import { classIdsOf } from './class-ids.js';
import type { EncoderPhase } from './encoder-phase.js';
import { trainAndSave } from './train-and-save.js';

interface Split {
  texts: CharacterTextOptions;
  /** `[pictures, sentenceDim]`: what the text encoder is to agree with. */
  features: tf.Tensor2D;
  classIds: readonly number[] | undefined;
}

/**
 * Trains a char-CNN-RNN by structured joint embedding against features of EfficientNet-Lite0 (the official one: of
 * GoogLeNet), centred, brought to the sentences' size by a fixed random projection, and made of length 1.
 */
export async function charCnnRnnPhase(phase: EncoderPhase<CharCnnRnnEncoderConfig>): Promise<PhaseOutcome> {
  const { encoder, seed, dataset, context } = phase;
  const random = randomStream(seed, 'textEncoder', 0);
  const pooled: tf.Tensor2D[] = [];
  let splits: Split[] = [];
  let trainer: CharCnnRnnTrainer | undefined;
  try {
    const held = [dataset.train, dataset.test].filter((images) => images.length > 0);
    for (const images of held) pooled.push(await pooledFeatures(images, context));
    const projected = projectFeatures(pooled, encoder.sentenceDim, random);
    splits = held.map((images, index) => splitOf(phase, images, projected[index]));
    const [train, test] = splits;
    if (train === undefined) throw new RangeError('Expected pictures to train on.');
    const made = new CharCnnRnnTrainer(
      { textEncoder: encoder, learningRate: encoder.learningRate.start },
      random,
    );
    trainer = made;
    return await trainAndSave(phase, trainingPhase(phase, made, train), {
      textEncoder: made.textEncoder,
      train,
      test,
      accuracyOn: (split) => accuracyOn(made, split),
    });
  } finally {
    trainer?.dispose();
    tf.dispose([...pooled, ...splits.map(({ features }) => features)]);
  }
}

function trainingPhase(
  phase: EncoderPhase<CharCnnRnnEncoderConfig>,
  trainer: CharCnnRnnTrainer,
  train: Split,
): TrainingPhase<CharCnnRnnBatch> {
  const { encoder, seed, folder } = phase;
  const count = train.texts.captions.length;
  const classes = train.classIds === undefined ? count : new Set(train.classIds).size;
  const batchSize = Math.min(encoder.batchSize, classes);
  const epochOf = (step: number) => Math.floor(((step - 1) * batchSize) / count);
  return {
    name: 'text encoder',
    folder: folder.textEncoder,
    trainer,
    steps: encoder.steps,
    batchSize,
    epochOf,
    randomAt: (step) => randomStream(seed, 'textEncoder', step),
    batchAt: (_, random) => batchOf(train, batchSize, random),
    disposeBatch: ({ characters, imageFeatures }) => tf.dispose([characters, imageFeatures]),
    learningRates: { textEncoder: encoder.learningRate.start },
    learningRateFactorAt: (step) => encoder.learningRate.decay ** epochOf(step),
    checkpointEverySteps: phase.checkpointEverySteps,
    keepCheckpoints: phase.keepCheckpoints,
  };
}

function batchOf(
  { texts, features, classIds }: Split,
  batchSize: number,
  random: RandomStream,
): CharCnnRnnBatch {
  const pictures = ofDifferentClasses(texts.captions.length, classIds, random).slice(0, batchSize);
  const { lowerCase } = texts;
  return {
    characters: characterBatch(drawTexts(texts, pictures, random), { lowerCase }),
    imageFeatures: tf.tidy(() => tf.gather(features, tf.tensor1d(pictures, 'int32'))),
  };
}

/** Pictures in random order, one of each class. */
function ofDifferentClasses(
  count: number,
  classIds: readonly number[] | undefined,
  random: RandomStream,
): number[] {
  const order = random.shuffle(Array.from({ length: count }, (_, index) => index));
  if (classIds === undefined) return order;
  const firstOfClass = new Map<number | undefined, number>();
  for (const picture of order) {
    const id = classIds[picture];
    if (!firstOfClass.has(id)) firstOfClass.set(id, picture);
  }
  return [...firstOfClass.values()];
}

/** Share of first captions that find their own picture among all of the split. */
function accuracyOn({ textEncoder }: CharCnnRnnTrainer, { texts, features }: Split): number {
  return tf.tidy(() => {
    const all = Array.from(texts.captions, (_, index) => index);
    const { lowerCase } = texts;
    const sentences = textEncoder.apply(characterBatch(firstTexts(texts, all), { lowerCase })) as tf.Tensor2D;
    return retrievalAccuracy(features, sentences).textToImage;
  });
}

function splitOf(
  { encoder, captions: style }: EncoderPhase<CharCnnRnnEncoderConfig>,
  images: readonly CaptionedImage[],
  features: tf.Tensor2D | undefined,
): Split {
  if (features === undefined) throw new RangeError('Expected features of every split.');
  const captions = images.map((image) => image.captions);
  return { texts: { captions, style, lowerCase: encoder.lowerCase }, features, classIds: classIdsOf(images) };
}

/** Centred by the mean of the first split, which is trained on. */
function projectFeatures(
  splits: readonly tf.Tensor2D[],
  sentenceDim: number,
  random: RandomStream,
): tf.Tensor2D[] {
  return tf.tidy(() => {
    const [train] = splits;
    if (train === undefined) return [];
    const width = train.shape[1];
    const mean = train.mean(0, true);
    const projection = tf.tensor2d(random.normals(width * sentenceDim), [width, sentenceDim]);
    return splits.map((features) => unitRows(tf.matMul(features.sub<tf.Tensor2D>(mean), projection)));
  });
}
