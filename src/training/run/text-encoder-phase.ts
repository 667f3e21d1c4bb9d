import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import type { Vocabulary } from '../../sdk/text/vocabulary.js';
import { drawCaption } from '../data/draw-caption.js';
import { buildBiLstm } from '../encoders/bi-lstm/bi-lstm.js';
import { retrievalAccuracy, trainByContrast } from '../encoders/bi-lstm/contrastive-training.js';
import { variablesOf } from '../weights/named-variables.js';
import { variablesFromBytes, variablesToBytes } from '../weights/variable-files.js';
import { captionIds } from './caption-ids.js';
import type { StackganConfig } from './config.js';
import { randomStream } from './random-streams.js';
import type { RunFolder } from './run-folder.js';
import type { RetrievalReport, TrainEvent } from './train-events.js';

export interface SplitFeatures {
  /** Captions of each picture. */
  captions: readonly (readonly string[])[];
  /** `[images, features]` of the image trunk, in the same order. */
  features: tf.Tensor2D;
}

export interface FeatureSplits {
  train: SplitFeatures;
  /** Undefined where nothing is held out. */
  test: SplitFeatures | undefined;
}

export interface TextEncoderPhase {
  config: StackganConfig;
  folder: RunFolder;
  vocabulary: Vocabulary;
  /** Called only when there is something to train; the phase disposes of the features. */
  loadFeatures: () => Promise<FeatureSplits>;
  onEvent: (event: TrainEvent) => void;
  signal?: AbortSignal | undefined;
}

/** The run's text encoder: the one it has, or a new one trained by contrast and saved with its report. */
export async function textEncoderPhase(phase: TextEncoderPhase): Promise<tf.LayersModel> {
  const { config, folder, vocabulary } = phase;
  const { embeddingDim, sentenceDim, normalizeSentence } = config.textEncoder;
  const textEncoder = buildBiLstm({
    vocabularySize: vocabulary.size,
    embeddingDim,
    sentenceDim,
    normalizeSentence,
  });
  const variables = variablesOf(textEncoder);
  if (await folder.hasTextEncoder()) {
    variablesFromBytes(variables, await readFile(folder.textEncoderFile), folder.textEncoderFile);
    return textEncoder;
  }
  const splits = await phase.loadFeatures();
  const retrieval = await train(phase, textEncoder, splits).finally(() => {
    tf.dispose([splits.train.features, splits.test?.features ?? []]);
  });
  if (phase.signal?.aborted === true) return textEncoder;
  await writeWholeFile(folder.textEncoderReport, `${JSON.stringify({ retrieval })}\n`);
  await writeWholeFile(folder.textEncoderFile, variablesToBytes(variables));
  phase.onEvent({ type: 'text-encoder-done', retrieval });
  return textEncoder;
}

async function train(
  phase: TextEncoderPhase,
  textEncoder: tf.LayersModel,
  { train, test }: FeatureSplits,
): Promise<RetrievalReport> {
  const { config, vocabulary, onEvent, signal } = phase;
  const { sentenceDim, maxLength, steps, batchSize, learningRate, sharpness } = config.textEncoder;
  const idsOf = (caption: string) => captionIds(caption, vocabulary, maxLength);
  const contrast = await trainByContrast({
    textEncoder,
    sentenceDim,
    imageFeatures: train.features,
    drawCaption: (image: number, random: RandomStream) =>
      idsOf(drawCaption(train.captions[image] ?? [], config.captions, random)),
    steps,
    batchSize,
    learningRate,
    sharpness,
    randomAt: (step) => randomStream(config.seed, 'textEncoder', step),
    onStep: (step, loss) => onEvent({ type: 'text-encoder-step', step, steps, loss }),
    signal,
  });
  const accuracyOf = ({ captions, features }: SplitFeatures) =>
    retrievalAccuracy({
      textEncoder,
      project: contrast.project,
      imageFeatures: features,
      captions: captions.map(([first = '']) => idsOf(first)),
    });
  const report = { train: accuracyOf(train), test: test === undefined ? undefined : accuracyOf(test) };
  contrast.dispose();
  return report;
}
