import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { encodeSentences, tokenBatch } from '../../data/token-batch.js';
import { contrastiveLoss, unitRows } from '../../losses/contrastive.js';
import { Adam } from '../../optimizers/adam.js';
import { initializeWeights } from '../../weights/initialize-weights.js';
import { mergeVariables, variablesOf } from '../../weights/named-variables.js';

export interface ContrastiveTrainingOptions {
  textEncoder: tf.LayersModel;
  sentenceDim: number;
  /** `[images, features]`: what the image trunk says of each picture; one row a picture. */
  imageFeatures: tf.Tensor2D;
  /** A caption for picture `image` as word ids, at least one. */
  drawCaption: (image: number, random: RandomStream) => readonly number[];
  steps: number;
  batchSize: number;
  learningRate: number;
  sharpness: number;
  /** The random numbers of a step; step 0 draws the starting weights. */
  randomAt: (step: number) => RandomStream;
  onStep?: (step: number, loss: number) => void;
  signal?: AbortSignal | undefined;
}

export interface TrainedContrast {
  /** Turns trunk features `[images, features]` into vectors comparable with sentences, unit length. */
  project: (imageFeatures: tf.Tensor2D) => tf.Tensor2D;
  dispose: () => void;
}

/**
 * Trains a text encoder so that the sentence of a picture is nearer to that picture than to the others of the batch.
 * A linear layer brings the trunk's features into the sentences' space; it serves training and retrieval only.
 */
export async function trainByContrast(options: ContrastiveTrainingOptions): Promise<TrainedContrast> {
  const { textEncoder, imageFeatures, sentenceDim } = options;
  const featureDim = imageFeatures.shape[1];
  const imageHead = buildImageHead(featureDim, sentenceDim);
  const random = options.randomAt(0);
  initializeWeights(variablesOf(textEncoder), random, 0.08);
  initializeWeights(variablesOf(imageHead), random, 1 / Math.sqrt(featureDim));
  const variables = mergeVariables(
    variablesOf(textEncoder, { trainableOnly: true, prefix: 'text' }),
    variablesOf(imageHead, { trainableOnly: true, prefix: 'image' }),
  );
  const optimizer = new Adam(variables, { learningRate: options.learningRate, beta1: 0.9 });
  try {
    for (let step = 1; step <= options.steps; step++) {
      if (options.signal?.aborted === true) break;
      // Falls to a tenth by a half cosine, so that the last steps settle.
      const progress = (step - 1) / options.steps;
      optimizer.learningRate = options.learningRate * (0.55 + 0.45 * Math.cos(Math.PI * progress));
      const loss = contrastStep(options, imageHead, variables, optimizer, step);
      if (!Number.isFinite(loss)) {
        throw new WordbrushError(
          'TRAINING_DIVERGED',
          `The text encoder's loss became ${loss} at step ${step}.`,
          {
            hint: 'Lower textEncoder.learningRate in config.json and go on with --resume.',
            details: { step, loss: 'contrastive' },
          },
        );
      }
      options.onStep?.(step, loss);
      if (step % 10 === 0) await tf.nextFrame();
    }
  } finally {
    optimizer.dispose();
  }
  return {
    project: (features) => tf.tidy(() => unitRows(imageHead.apply(features) as tf.Tensor2D)),
    dispose: () => imageHead.dispose(),
  };
}

function contrastStep(
  options: ContrastiveTrainingOptions,
  imageHead: tf.LayersModel,
  variables: ReadonlyMap<string, tf.Variable>,
  optimizer: Adam,
  step: number,
): number {
  const random = options.randomAt(step);
  const count = options.imageFeatures.shape[0];
  const images = Array.from({ length: Math.min(options.batchSize, count) }, () => random.integer(count));
  const captions = images.map((image) => options.drawCaption(image, random));
  const loss = tf.tidy(() => {
    const { tokenIds, lengths } = tokenBatch(captions);
    const features = tf.gather(options.imageFeatures, tf.tensor1d(images, 'int32'));
    const isSame = samePairs(images, captions);
    const { value, grads } = tf.variableGrads(() => {
      const [, sentences] = options.textEncoder.apply([tokenIds, lengths], { training: true }) as [
        tf.Tensor3D,
        tf.Tensor2D,
      ];
      const projected = imageHead.apply(features, { training: true }) as tf.Tensor2D;
      return contrastiveLoss(sentences, projected, options.sharpness, isSame);
    }, [...variables.values()]);
    optimizer.applyGradients(grads);
    return value;
  });
  const value = loss.dataSync()[0] ?? Number.NaN;
  loss.dispose();
  return value;
}

/** 1 where two different rows hold one picture or one caption: neither is a wrong answer for the other. */
function samePairs(images: readonly number[], captions: readonly (readonly number[])[]): tf.Tensor2D {
  const keys = captions.map((ids) => ids.join(' '));
  const size = images.length;
  const same = new Float32Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (i !== j && (images[i] === images[j] || keys[i] === keys[j])) same[i * size + j] = 1;
    }
  }
  return tf.tensor2d(same, [size, size]);
}

function buildImageHead(featureDim: number, sentenceDim: number): tf.LayersModel {
  const features = tf.input({ shape: [featureDim], name: 'features' });
  const projected = tf.layers
    .dense({ units: sentenceDim, name: 'projection' })
    .apply(features) as tf.SymbolicTensor;
  return tf.model({ inputs: features, outputs: projected, name: 'image_head' });
}

export interface RetrievalOptions {
  textEncoder: tf.LayersModel;
  project: TrainedContrast['project'];
  imageFeatures: tf.Tensor2D;
  /** Word ids of one caption a picture, in the pictures' order. */
  captions: readonly (readonly number[])[];
}

/** Share of captions whose nearest picture, of all, is their own (text to image, R@1), 0 to 1. */
export function retrievalAccuracy(options: RetrievalOptions): number {
  return tf.tidy(() => {
    const sentences = unitRows(encodeSentences(options.textEncoder, options.captions));
    const nearest = tf
      .matMul(sentences, options.project(options.imageFeatures), false, true)
      .argMax(1)
      .dataSync();
    const hits = options.captions.filter((_, index) => nearest[index] === index).length;
    return hits / options.captions.length;
  });
}
