import type * as tf from '@tensorflow/tfjs';
import * as zod from 'zod';
import { WordbrushError } from '../../../sdk/errors.js';
import { requireLengths, requireShape } from '../../batch-checks.js';
import { ofRank, outputsOf } from '../../layers/model-outputs.js';
import type { AttentionMaskOrder } from '../../layers/word-attention.js';
import { requireOptions, wholeNumber } from '../../require-options.js';
import {
  mergeVariables,
  type NamedVariables,
  type VariableSelection,
  variablesOf,
} from '../../weights/named-variables.js';
import { buildAttentionStage } from './attention-stage.js';
import { buildFirstStage } from './first-stage.js';

export interface AttnganGeneratorOptions {
  sentenceDim: number;
  /**
   * Size of a word vector; undefined for text that comes as whole sentences only. The later stages then read the
   * sentence in the words' place, which is attention to a single word.
   */
  wordDim: number | undefined;
  /** Size of the condition `c`. */
  conditionDim: number;
  zDim: number;
  /** GF_DIM of the official code: channels of the maps between the stages. */
  baseWidth: number;
  /** R_NUM of the official code: residual blocks of each later stage; AttnDCGAN has none. */
  residualBlocks: number;
  /** Stages: 64, 128 and 256 pixels. */
  branches: 1 | 2 | 3;
  /** Which stages draw a picture. @default 'every'; AttnDCGAN draws in the last alone */
  images?: 'every' | 'last';
  /** @default 'perImage'; the released weights were trained with `official`, see {@link AttentionMaskOrder} */
  attentionMask?: AttentionMaskOrder;
}

/** One model a stage; what a stage needs of an earlier one it takes as an input, so each can be exported by itself. */
export interface AttnganGenerator {
  /** See `buildFirstStage`. */
  firstStage: tf.LayersModel;
  /** See `buildAttentionStage`: 128 pixels, then 256. */
  attentionStages: readonly tf.LayersModel[];
  /** Whether the later stages attend to words, or read the sentence in their place. */
  readsWords: boolean;
}

/** What every generator of AttnGAN draws from. All tensors `[batch, ...]`. */
interface SentenceAndNoise {
  /** `[batch, sentenceDim]` */
  sentences: tf.Tensor2D;
  /** `[batch, zDim]`, standard normal. */
  z: tf.Tensor2D;
  /** `[batch, conditionDim]`, standard normal. */
  eps: tf.Tensor2D;
}

/** What a generator draws from that attends to words. */
export interface AttnganInputs extends SentenceAndNoise {
  /** `[batch, time, wordDim]`, padded at the end. */
  words: tf.Tensor3D;
  /** Words in each caption, `[batch]` int32. */
  lengths: tf.Tensor1D;
}

/** What a generator draws from whose text comes as whole sentences only. */
export interface AttnganSentenceInputs extends SentenceAndNoise {
  words?: undefined;
  lengths?: undefined;
}

export interface AttnganOutputs {
  /** `[batch, size, size, 3]` in [-1, 1], smallest first: one a stage, or the last stage's alone. */
  images: tf.Tensor4D[];
  /**
   * Of each later stage, `[batch, 64, 64, time]`, then `[batch, 128, 128, time]`: sums to 1 over the words. None where
   * no words are read.
   */
  attentionMaps: tf.Tensor4D[];
  /** `[batch, conditionDim]` */
  mean: tf.Tensor2D;
  /** `[batch, conditionDim]` */
  logVariance: tf.Tensor2D;
}

const optionsSchema = zod.object({
  sentenceDim: wholeNumber(1),
  wordDim: wholeNumber(1).optional(),
  conditionDim: wholeNumber(1),
  zDim: wholeNumber(1),
  baseWidth: wholeNumber(1),
  residualBlocks: wholeNumber(0),
  branches: zod.literal([1, 2, 3], { error: '1, 2 or 3' }),
});

const FIRST_SIZE = 64;

/**
 * The generator of AttnGAN (section 3.1; `G_NET` of the official code), and with `images: 'last'` and no residual
 * blocks that of AttnDCGAN (`G_DCGAN`).
 * @throws {WordbrushError} `INVALID_OPTION` for widths and numbers of stages that cannot be.
 */
export function buildAttnganGenerator(options: AttnganGeneratorOptions): AttnganGenerator {
  requireOptions(optionsSchema, options, "AttnGAN's generator");
  const { branches, attentionMask = 'perImage' } = options;
  const drawsAt = (stage: number) => drawingStages(options).includes(stage);
  const attentionStages: tf.LayersModel[] = [];
  for (let stage = 2; stage <= branches; stage++) {
    const name = `stage${stage}`;
    const mapSide = FIRST_SIZE * 2 ** (stage - 2);
    attentionStages.push(
      buildAttentionStage({ ...options, name, mapSide, attentionMask, image: drawsAt(stage) }),
    );
  }
  const firstStage = buildFirstStage({ ...options, image: drawsAt(1) });
  return { firstStage, attentionStages, readsWords: options.wordDim !== undefined };
}

/** Sides of the pictures that a generator draws, smallest first. */
export function imageSizes(options: AttnganGeneratorOptions): number[] {
  return drawingStages(options).map((stage) => FIRST_SIZE * 2 ** (stage - 1));
}

function drawingStages({ branches, images = 'every' }: AttnganGeneratorOptions): number[] {
  const stages = Array.from({ length: branches }, (_, index) => index + 1);
  return images === 'every' ? stages : [branches];
}

/** The weights of all stages, by names that begin with the stage's. */
export function generatorVariables(
  { firstStage, attentionStages }: AttnganGenerator,
  selection: VariableSelection = {},
): NamedVariables {
  return mergeVariables(...[firstStage, ...attentionStages].map((stage) => variablesOf(stage, selection)));
}

/**
 * Draws a batch, stage by stage. A training pass normalises by the batch and moves the running statistics.
 * @throws {WordbrushError} `INVALID_OPTION` for inputs that do not fit the generator or each other.
 */
export function runGenerator(
  generator: AttnganGenerator,
  inputs: AttnganInputs | AttnganSentenceInputs,
  options: { training: boolean },
): AttnganOutputs {
  const text = checkedText(generator, inputs);
  const { firstStage, attentionStages, readsWords } = generator;
  const { sentences, z, eps } = inputs;
  const [firstMap, mean, logVariance, firstImage] = outputsOf(firstStage, [sentences, z, eps], options);
  if (firstMap === undefined || mean === undefined || logVariance === undefined) {
    throw new TypeError('Expected the first stage to give map, mean and log variance.');
  }
  const images = firstImage === undefined ? [] : [ofRank(firstImage, 4)];
  const attentionMaps: tf.Tensor4D[] = [];
  let map = firstMap;
  for (const stage of attentionStages) {
    const [larger, ...outputs] = outputsOf(stage, [map, ...text], options);
    const attention = readsWords ? outputs.shift() : undefined;
    if (larger === undefined) throw new TypeError(`Expected ${stage.name} to give a map.`);
    map = larger;
    if (attention !== undefined) attentionMaps.push(ofRank(attention, 4));
    images.push(...outputs.map((image) => ofRank(image, 4)));
  }
  return { images, attentionMaps, mean: ofRank(mean, 2), logVariance: ofRank(logVariance, 2) };
}

/** What the later stages read: words and lengths, or the sentence. */
function checkedText(
  { firstStage, attentionStages, readsWords }: AttnganGenerator,
  { sentences, words, lengths, z, eps }: AttnganInputs | AttnganSentenceInputs,
): tf.Tensor[] {
  const [batch] = sentences.shape;
  const sizeAt = (stage: tf.LayersModel, index: number) => stage.inputs[index]?.shape.at(-1);
  requireShape('sentences', sentences, [batch, sizeAt(firstStage, 0)]);
  requireShape('z', z, [batch, sizeAt(firstStage, 1)]);
  requireShape('eps', eps, [batch, sizeAt(firstStage, 2)]);
  const [reader] = attentionStages;
  if (reader === undefined || !readsWords) return [sentences];
  if (words === undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      'Expected words and their lengths, received sentences alone.',
      {
        hint: 'Build the generator without wordDim for text that has no words.',
      },
    );
  }
  requireShape('words', words, [batch, words.shape[1], sizeAt(reader, 1)]);
  requireShape('lengths', lengths, [batch]);
  requireLengths(lengths, words.shape[1]);
  return [words, lengths];
}
