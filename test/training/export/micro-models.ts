import * as tf from '@tensorflow/tfjs';
import type { Manifest } from '../../../src/sdk/bundle/index.js';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { Vocabulary } from '../../../src/sdk/text/index.js';
import { buildAttnganGenerator } from '../../../src/training/architectures/attngan/generator.js';
import { buildStage1Generator } from '../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../src/training/architectures/stackgan/stage2-generator.js';
import { buildStackganPlusPlusGenerator } from '../../../src/training/architectures/stackgan-pp/generator.js';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import type { ImageEncoderParts } from '../../../src/training/encoders/damsm/image-encoder-model.js';
import { buildImageHeads } from '../../../src/training/encoders/damsm/image-heads.js';
import type { BundleOptions } from '../../../src/training/export/export-bundle.js';
import type { CharacterTextModel, WordTextModel } from '../../../src/training/export/export-text.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';

/** Models of the real structure with a few channels and seeded random weights: they draw nothing, quickly. */

export const DIM = 8;
const CONDITION_DIM = 4;
export const Z_DIM = 5;
export const MAX_LENGTH = 6;
const CAPTION = 'a small yellow bird with black wings sits on the green branch of an old tree';

/** Weights large enough that a mistake shows; running variances above 0. */
export function randomize(model: tf.LayersModel, seed: number, deviation = 0.25): void {
  const random = new RandomStream(seed);
  for (const [name, variable] of variablesOf(model)) {
    const isVariance = name.endsWith('moving_variance');
    const values = random
      .normals(variable.size)
      .map((value) => (isVariance ? 0.5 + value * value : deviation * value));
    tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
  }
}

export function wordText(): WordTextModel {
  const vocabulary = Vocabulary.fromCaptions([CAPTION]);
  const options = { vocabularySize: vocabulary.size, embeddingDim: 6, sentenceDim: DIM };
  const encoder = buildBiLstm(options);
  // Of a size that attention and cosines tell words apart by.
  randomize(encoder, 1, 0.8);
  return { kind: 'words', encoder, vocabulary, maxLength: MAX_LENGTH };
}

export function characterText(): CharacterTextModel {
  const encoder = buildCharCnnRnn({ cnnDim: 4, sentenceDim: DIM });
  randomize(encoder, 2, 0.05);
  return { kind: 'characters', encoder, lowerCase: true };
}

/** @param imageSize of Stage-II. */
export function microStackgan(imageSize: 128 | 256 = 256) {
  const options = { sentenceDim: DIM, conditionDim: CONDITION_DIM };
  const stage1 = buildStage1Generator({ ...options, zDim: Z_DIM, baseWidth: 2 });
  const stage2 = buildStage2Generator({ ...options, baseWidth: 4, residualBlocks: 1, imageSize });
  randomize(stage1.model, 3);
  randomize(stage2.model, 4, 0.15);
  return { stage1, stage2 };
}

export function microStackganPlusPlus(conditional: boolean, branches = 3) {
  const text = conditional ? { sentenceDim: DIM, conditionDim: CONDITION_DIM } : undefined;
  const options = { text, zDim: Z_DIM, baseWidth: 4, residualBlocks: 1, branches };
  const generator = buildStackganPlusPlusGenerator(options);
  for (const [index, stage] of generator.stages.entries()) randomize(stage, 5 + index);
  return generator;
}

export function microAttngan(
  branches: 2 | 3 = 3,
  images: 'every' | 'last' = 'every',
  reads: 'words' | 'sentence' = 'words',
) {
  const wordDim = reads === 'words' ? DIM : undefined;
  const widths = { sentenceDim: DIM, wordDim, conditionDim: CONDITION_DIM, zDim: Z_DIM, baseWidth: 2 };
  const generator = buildAttnganGenerator({ ...widths, residualBlocks: 1, branches, images });
  for (const [index, stage] of [generator.firstStage, ...generator.attentionStages].entries()) {
    randomize(stage, 10 + index, 0.4);
  }
  return generator;
}

/** A trunk of two convolutions, 6×6 regions of a picture of 24 pixels, and its heads. */
export function microImageEncoder(): ImageEncoderParts {
  const imageSize = 24;
  const image = tf.input({ shape: [imageSize, imageSize, 3] });
  const convolution = { kernelSize: 3, strides: 2, padding: 'same', activation: 'relu' } as const;
  const first = tf.layers.conv2d({ ...convolution, filters: 6 }).apply(image) as tf.SymbolicTensor;
  const map = tf.layers.conv2d({ ...convolution, filters: 5 }).apply(first) as tf.SymbolicTensor;
  const pooled = tf.layers.globalAveragePooling2d({}).apply(map) as tf.SymbolicTensor;
  const trunk = tf.model({ inputs: image, outputs: [map, pooled], name: 'micro_trunk' });
  const heads = buildImageHeads({ mapChannels: 5, pooledDim: 5, embeddingDim: DIM });
  randomize(trunk, 20, 0.5);
  randomize(heads, 21, 0.8);
  return { trunk, heads, imageSize, pixels: { scale: 0.5, shift: 0.1 } };
}

const training: Manifest['training'] = { dataset: 'none', licence: 'MIT', preset: 'none', steps: 0, seed: 0 };

/** What every bundle of these tests has. */
export function bundleOptions(out: string, options: Partial<BundleOptions> = {}): BundleOptions {
  return {
    out,
    text: undefined,
    training,
    card: '# Micro\n',
    ...(options.text !== undefined && { selfTestPrompt: 'a yellow bird' }),
    ...options,
  };
}
