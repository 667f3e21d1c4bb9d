import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { requirePairs, requireShape } from '../../batch-checks.js';
import { ofRank, outputOf } from '../../layers/model-outputs.js';
import { lossNumbers } from '../../losses/loss-numbers.js';
import { structuredJointEmbedding } from '../../losses/structured-joint-embedding.js';
import { descend } from '../../optimizers/descend.js';
import type { Optimizer } from '../../optimizers/optimizer.js';
import { type NamedVariables, variablesOf } from '../../weights/named-variables.js';
import { TEXT_LENGTH } from './characters.js';

/** Rows belong to each other, and all of them to different classes. */
export interface CharCnnRnnBatch {
  /** `[batch, 201]` int32, see `characterBatch`. */
  characters: tf.Tensor2D;
  /** What an image trunk says of the pictures, `[batch, sentenceDim]`. */
  imageFeatures: tf.Tensor2D;
}

export interface CharCnnRnnStepOptions {
  /** How far the right answer should lie above a wrong one. @default 1 */
  margin?: number;
  /**
   * Bound of each element of a gradient, on either side. @default 5, which the official script declares; it then never
   * applies it, for which give Infinity
   */
  gradientClamp?: number;
}

export type CharCnnRnnLossNumbers = {
  readonly imageToText: number;
  readonly textToImage: number;
  /** Their sum, what the step lowers. */
  readonly total: number;
};

/**
 * One training step of the text encoder against fixed image features, by structured joint embedding.
 * @param optimizer over the encoder's variables, at `charCnnRnnLearningRate(epoch)`.
 * @param random what dropout draws from.
 * @throws {WordbrushError} `INVALID_OPTION` for a batch of one, which has no wrong answer, or one that does not fit the
 * encoder or itself.
 */
export function charCnnRnnStep(
  textEncoder: tf.LayersModel,
  optimizer: Pick<Optimizer, 'applyGradients'>,
  { characters, imageFeatures }: CharCnnRnnBatch,
  random: RandomStream,
  options: CharCnnRnnStepOptions = {},
): CharCnnRnnLossNumbers {
  const { margin = 1, gradientClamp = 5 } = options;
  const [rows] = characters.shape;
  requirePairs(rows);
  requireShape('characters', characters, [rows, TEXT_LENGTH]);
  requireShape('imageFeatures', imageFeatures, [rows, textEncoder.outputs[0]?.shape.at(-1)]);
  const clamped = {
    applyGradients: (gradients: Readonly<Record<string, tf.Tensor>>) =>
      optimizer.applyGradients(clampEach(gradients, gradientClamp)),
  };
  return descend(variablesOf(textEncoder, { trainableOnly: true }), clamped, () => {
    const sentences = ofRank(outputOf(textEncoder, characters, { training: true, random }), 2);
    const losses = structuredJointEmbedding(sentences, imageFeatures, margin);
    return { loss: losses.total, report: lossNumbers({ ...losses }) };
  });
}

/** Learning rate in epoch 0, 1, 2, ...: 7e-4, and 2 % less after each epoch, as in the official code. */
export function charCnnRnnLearningRate(epoch: number, start = 7e-4, decay = 0.98): number {
  return start * decay ** epoch;
}

/** Draws the starting weights from our own generator, uniform in ±0.08, biases included, as in the official code. */
export function initializeCharCnnRnn(variables: NamedVariables, random: RandomStream): void {
  for (const variable of variables.values()) {
    const values = Float32Array.from({ length: variable.size }, () => 0.08 * (2 * random.uniform() - 1));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

function clampEach(
  gradients: Readonly<Record<string, tf.Tensor>>,
  bound: number,
): Readonly<Record<string, tf.Tensor>> {
  if (!Number.isFinite(bound)) return gradients;
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]) => [name, gradient.clipByValue(-bound, bound)]),
  );
}
