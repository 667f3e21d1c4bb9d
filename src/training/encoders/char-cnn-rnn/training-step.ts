import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { structuredJointEmbedding } from '../../losses/structured-joint-embedding.js';
import type { RmsProp } from '../../optimizers/rms-prop.js';
import { type NamedVariables, variablesOf } from '../../weights/named-variables.js';

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

export interface CharCnnRnnStepReport {
  imageToText: number;
  textToImage: number;
  /** Their sum, what the step lowers. */
  total: number;
}

/**
 * One training step of the text encoder against fixed image features, by structured joint embedding.
 * @param optimizer over the encoder's variables, at `charCnnRnnLearningRate(epoch)`.
 * @param random what dropout draws from.
 */
export function charCnnRnnStep(
  textEncoder: tf.LayersModel,
  optimizer: RmsProp,
  { characters, imageFeatures }: CharCnnRnnBatch,
  random: RandomStream,
  options: CharCnnRnnStepOptions = {},
): CharCnnRnnStepReport {
  const { margin = 1, gradientClamp = 5 } = options;
  const variables = [...variablesOf(textEncoder, { trainableOnly: true }).values()];
  let report: CharCnnRnnStepReport | undefined;
  tf.tidy(() => {
    const { grads } = tf.variableGrads(() => {
      const sentences = textEncoder.apply(characters, { training: true, random }) as tf.Tensor2D;
      const losses = structuredJointEmbedding(sentences, imageFeatures, margin);
      report = {
        imageToText: numberOf(losses.imageToText),
        textToImage: numberOf(losses.textToImage),
        total: numberOf(losses.total),
      };
      return losses.total;
    }, variables);
    const clamped = Object.entries(grads).map(
      ([name, gradient]) => [name, clamp(gradient, gradientClamp)] as const,
    );
    optimizer.applyGradients(Object.fromEntries(clamped));
  });
  if (report === undefined) throw new Error('The training step did not run.');
  return report;
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

function clamp(gradient: tf.Tensor, bound: number): tf.Tensor {
  return Number.isFinite(bound) ? gradient.clipByValue(-bound, bound) : gradient;
}

function numberOf(scalar: tf.Scalar): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}
