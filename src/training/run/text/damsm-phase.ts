import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { Vocabulary } from '../../../sdk/text/vocabulary.js';
import type { CaptionedImage } from '../../data/captioned-image.js';
import { EpochOrder } from '../../data/epoch-order.js';
import { encodeCaptions, tokenBatch } from '../../data/token-batch.js';
import { DamsmTrainer, type DamsmTrainerOptions } from '../../encoders/damsm/damsm-trainer.js';
import { damsmLearningRate } from '../../encoders/damsm/learning-rate.js';
import type { DamsmBatch } from '../../encoders/damsm/pretraining-step.js';
import { retrievalAccuracy } from '../../encoders/damsm/retrieval-accuracy.js';
import { variablesOf } from '../../weights/named-variables.js';
import { CaptionReader } from '../caption-reader.js';
import { loadBestCheckpoint } from '../checkpoint.js';
import type { DamsmEncoderConfig } from '../config/text-encoder-config.js';
import { type ImageTrunk, openImageTrunk, type TrunkFeatures } from '../image-trunk.js';
import { randomStream } from '../random-streams.js';
import type { RetrievalReport } from '../train-events.js';
import { type PhaseOutcome, runPhase, type TrainingPhase, type Validation } from '../training-phase.js';
import { trunkFeatures } from '../trunk-features.js';
import { classIdsOf } from './class-ids.js';
import type { EncoderPhase } from './encoder-phase.js';
import { vocabularySizeOf } from './vocabulary-size.js';

/** Validations over a training: often enough to catch the best weights. */
const VALIDATIONS = 50;

/** What is held out, or else what is trained on, with captions and features in the same order. */
interface Split {
  reader: CaptionReader;
  /** A row a picture, then a row a mirrored picture where those are drawn. */
  features: TrunkFeatures;
  flip: boolean;
  classIds: readonly number[] | undefined;
}

/**
 * Trains the text encoder and image heads of DAMSM on features that a frozen trunk has of the pictures, computed once.
 * Of all validations the weights are kept under which held-out captions find their pictures best.
 */
export async function damsmPhase(phase: EncoderPhase<DamsmEncoderConfig>): Promise<PhaseOutcome> {
  const { encoder, vocabulary, dataset, context } = phase;
  const trunk = await openImageTrunk(encoder.trunk, encoder.compat);
  const splits: Split[] = [];
  let trainer: DamsmTrainer | undefined;
  try {
    const train = await readSplit(phase, trunk, dataset.train, encoder.flip);
    splits.push(train);
    const test = dataset.test.length > 1 ? await readSplit(phase, trunk, dataset.test, false) : undefined;
    if (test !== undefined) splits.push(test);
    const stepsPerEpoch = orderOf(phase, dataset.train.length).stepsPerEpoch;
    trainer = new DamsmTrainer(
      trainerOptions(encoder, vocabulary, { ...trunk, stepsPerEpoch }),
      randomStream(phase.seed, 'textEncoder', 0),
    );
    const measured = { trainer, train, test };
    const outcome = await runPhase(trainingPhase(phase, measured), context);
    if (outcome.finished) await saveEncoder(phase, measured);
    return outcome;
  } finally {
    trainer?.dispose();
    for (const { features } of splits) tf.dispose([features.map, features.pooled]);
    trunk.dispose();
  }
}

interface Measured {
  trainer: DamsmTrainer;
  train: Split;
  test: Split | undefined;
}

/** What `DamsmTrainer` takes. */
function trainerOptions(
  encoder: DamsmEncoderConfig,
  vocabulary: Vocabulary,
  {
    mapChannels,
    pooledDim,
    stepsPerEpoch,
  }: { mapChannels: number; pooledDim: number; stepsPerEpoch: number },
): DamsmTrainerOptions {
  const { gamma1, gamma2, gamma3, compat, learningRate, maxGradientNorm, sentenceDim } = encoder;
  return {
    textEncoder: { ...encoder, vocabularySize: vocabularySizeOf(encoder, vocabulary) },
    imageHeads: { mapChannels, pooledDim, embeddingDim: sentenceDim },
    loss: { gamma1, gamma2, gamma3, wordScore: compat.wordScore },
    learningRate: learningRate.start,
    maxGradientNorm,
    optimizerRestartSteps: compat.restartOptimizerEachEpoch ? stepsPerEpoch : undefined,
  };
}

/** The pictures of each step. */
function orderOf({ encoder, seed }: EncoderPhase<DamsmEncoderConfig>, pictures: number): EpochOrder {
  const batchSize = Math.min(encoder.batchSize, pictures);
  return new EpochOrder(pictures, batchSize, (epoch) => randomStream(seed, 'textEncoderOrder', epoch));
}

function trainingPhase(
  phase: EncoderPhase<DamsmEncoderConfig>,
  measured: Measured,
): TrainingPhase<DamsmBatch> {
  const { encoder, seed, folder } = phase;
  const { trainer, train } = measured;
  const { steps, learningRate } = encoder;
  const order = orderOf(phase, train.reader.pictures);
  return {
    name: 'text encoder',
    folder: folder.textEncoder,
    trainer,
    steps,
    batchSize: Math.min(encoder.batchSize, train.reader.pictures),
    epochOf: (step) => order.epochOf(step),
    randomAt: (step) => randomStream(seed, 'textEncoder', step),
    batchAt: (step, random) => batchOf(train, order.indicesAt(step), random),
    disposeBatch: ({ map, pooled, tokenIds, lengths }) => tf.dispose([map, pooled, tokenIds, lengths]),
    learningRates: { encoders: learningRate.start },
    learningRateFactorAt: (step) => damsmLearningRate(order.epochOf(step), learningRate) / learningRate.start,
    checkpointEverySteps: phase.checkpointEverySteps,
    keepCheckpoints: phase.keepCheckpoints,
    validation: {
      everySteps: Math.max(1, Math.ceil(steps / VALIDATIONS)),
      measure: () => validate(measured),
    },
  };
}

function batchOf(
  { reader, features, flip, classIds }: Split,
  pictures: number[],
  random: RandomStream,
): DamsmBatch {
  const { tokenIds, lengths } = tokenBatch(reader.draw(pictures, random));
  const rows = pictures.map((picture) =>
    flip && random.integer(2) === 1 ? reader.pictures + picture : picture,
  );
  const { map, pooled } = tf.tidy(() => {
    const indices = tf.tensor1d(rows, 'int32');
    return { map: tf.gather(features.map, indices), pooled: tf.gather(features.pooled, indices) };
  });
  return {
    map,
    pooled,
    tokenIds,
    lengths,
    classIds: classIds === undefined ? undefined : pictures.map((picture) => classIds[picture] ?? picture),
  };
}

function validate({ trainer, train, test }: Measured): Validation {
  const ofTrain = accuracyOn(trainer, train);
  const ofTest = test === undefined ? undefined : accuracyOn(trainer, test);
  return {
    score: ofTest ?? ofTrain,
    metrics: { retrievalTrain: ofTrain, ...(ofTest === undefined ? {} : { retrievalTest: ofTest }) },
  };
}

/** Share of first captions that find their own picture among all of the split. */
function accuracyOn({ models }: DamsmTrainer, { reader, features }: Split): number {
  return tf.tidy(() => {
    const all = Array.from({ length: reader.pictures }, (_, index) => index);
    const { sentences } = encodeCaptions(models.textEncoder, reader.first(all));
    // The layer alone: regions of a whole split would be many, and are not asked for.
    const pooled = features.pooled.slice(0, reader.pictures);
    const codes = models.imageHeads.getLayer('code').apply(pooled) as tf.Tensor2D;
    return retrievalAccuracy(codes, sentences).textToImage;
  });
}

async function saveEncoder(phase: EncoderPhase<DamsmEncoderConfig>, measured: Measured): Promise<void> {
  const { folder, context } = phase;
  const { trainer } = measured;
  await loadBestCheckpoint(folder.textEncoder.checkpoints, trainer.variables);
  const { retrievalTrain: train = 0, retrievalTest: test } = validate(measured).metrics;
  const retrieval: RetrievalReport = { train, test };
  await folder.saveImageHeads(variablesOf(trainer.models.imageHeads));
  await folder.saveTextEncoder(variablesOf(trainer.models.textEncoder), retrieval);
  context.onEvent({ type: 'text-encoder-done', retrieval });
}

async function readSplit(
  { encoder, vocabulary, captions, context }: EncoderPhase<DamsmEncoderConfig>,
  trunk: ImageTrunk,
  images: readonly CaptionedImage[],
  flip: boolean,
): Promise<Split> {
  const { signal, onEvent } = context;
  const onProgress = (done: number, total: number) =>
    onEvent({ type: 'data', message: `image features ${done} of ${total}` });
  return {
    reader: new CaptionReader(
      images.map((image) => image.captions),
      captions,
      vocabulary,
      encoder.maxLength,
    ),
    features: await trunkFeatures(trunk, images, { flip, onProgress, signal }),
    flip,
    classIds: classIdsOf(images),
  };
}
