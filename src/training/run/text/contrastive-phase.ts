import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { CaptionedImage } from '../../data/captioned-image.js';
import { encodeSentences, tokenBatch } from '../../data/token-batch.js';
import {
  type ContrastiveBatch,
  ContrastiveTrainer,
  samePairs,
} from '../../encoders/bi-lstm/contrastive-trainer.js';
import { retrievalAccuracy } from '../../encoders/damsm/retrieval-accuracy.js';
import { CaptionReader } from '../caption-reader.js';
import type { ContrastiveEncoderConfig } from '../config/text-encoder-config.js';
import { pooledFeatures } from '../pooled-features.js';
import { randomStream } from '../random-streams.js';
import type { PhaseOutcome, TrainingPhase } from '../training-phase.js';
import type { EncoderPhase } from './encoder-phase.js';
import { trainAndSave } from './train-and-save.js';

interface Split {
  reader: CaptionReader;
  /** `[pictures, features]` */
  features: tf.Tensor2D;
}

/** Trains a bi-LSTM by contrast of sentences and pictures. */
export async function contrastivePhase(phase: EncoderPhase<ContrastiveEncoderConfig>): Promise<PhaseOutcome> {
  const { encoder, seed, vocabulary, dataset } = phase;
  const splits: Split[] = [];
  let trainer: ContrastiveTrainer | undefined;
  try {
    for (const images of [dataset.train, dataset.test]) {
      if (images.length > 0) splits.push(await readSplit(phase, images));
    }
    const [train, test] = splits;
    if (train === undefined) throw new RangeError('Expected pictures to train on.');
    const options = {
      ...encoder,
      textEncoder: { ...encoder, vocabularySize: vocabulary.size },
      featureDim: train.features.shape[1],
    };
    const made = new ContrastiveTrainer(options, randomStream(seed, 'textEncoder', 0));
    trainer = made;
    return await trainAndSave(phase, trainingPhase(phase, made, train), {
      textEncoder: made.textEncoder,
      train,
      test,
      accuracyOn: (split) => accuracyOn(made, split),
    });
  } finally {
    trainer?.dispose();
    for (const { features } of splits) features.dispose();
  }
}

function trainingPhase(
  phase: EncoderPhase<ContrastiveEncoderConfig>,
  trainer: ContrastiveTrainer,
  train: Split,
): TrainingPhase<ContrastiveBatch> {
  const { encoder, seed, folder } = phase;
  const { steps } = encoder;
  const count = train.reader.pictures;
  const batchSize = Math.min(encoder.batchSize, count);
  return {
    name: 'text encoder',
    folder: folder.textEncoder,
    trainer,
    steps,
    batchSize,
    epochOf: (step) => Math.floor(((step - 1) * batchSize) / count),
    randomAt: (step) => randomStream(seed, 'textEncoder', step),
    batchAt: (_, random) => batchOf(train, batchSize, random),
    disposeBatch: ({ features, tokenIds, lengths, isSame }) =>
      tf.dispose([features, tokenIds, lengths, isSame]),
    learningRates: { textEncoder: encoder.learningRate },
    // Falls to a tenth by a half cosine, so that the last steps settle.
    learningRateFactorAt: (step) => 0.55 + 0.45 * Math.cos((Math.PI * (step - 1)) / steps),
    checkpointEverySteps: phase.checkpointEverySteps,
    keepCheckpoints: phase.keepCheckpoints,
  };
}

function batchOf({ reader, features }: Split, batchSize: number, random: RandomStream): ContrastiveBatch {
  const pictures = Array.from({ length: batchSize }, () => random.integer(reader.pictures));
  const captions = reader.draw(pictures, random);
  return {
    ...tokenBatch(captions),
    features: tf.tidy(() => tf.gather(features, tf.tensor1d(pictures, 'int32'))),
    isSame: samePairs(pictures, captions),
  };
}

/** Share of first captions that find their own picture among all of the split. */
function accuracyOn(trainer: ContrastiveTrainer, { reader, features }: Split): number {
  return tf.tidy(() => {
    const all = Array.from({ length: reader.pictures }, (_, index) => index);
    const sentences = encodeSentences(trainer.textEncoder, reader.first(all));
    return retrievalAccuracy(trainer.project(features), sentences).textToImage;
  });
}

async function readSplit(
  { encoder, captions, vocabulary, context }: EncoderPhase<ContrastiveEncoderConfig>,
  images: readonly CaptionedImage[],
): Promise<Split> {
  const texts = images.map((image) => image.captions);
  return {
    reader: new CaptionReader(texts, captions, vocabulary, encoder.maxLength),
    features: await pooledFeatures(images, context),
  };
}
