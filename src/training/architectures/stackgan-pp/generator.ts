import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { conditioningAugmentation } from '../../layers/conditioning-augmentation.js';
import { imageHead } from '../../layers/image-head.js';
import { initialStage } from '../../layers/initial-stage.js';
import {
  mergeVariables,
  type NamedVariables,
  type VariableSelection,
  variablesOf,
} from '../../weights/named-variables.js';
import { nextStage } from './next-stage.js';

/** Pictures of 64 (one branch) to 1024 pixels (five). */
export const MAX_BRANCHES = 5;
/** Pictures of 256 pixels. */
export const DEFAULT_BRANCHES = 3;

export interface StackganPlusPlusGeneratorOptions {
  /** Sizes of the sentence vector and of the condition; undefined for the model that draws from `z` alone. */
  text: { sentenceDim: number; conditionDim: number } | undefined;
  zDim: number;
  /** GF_DIM of the official code: channels at 64 pixels; each doubling of the side halves them, rounding down. */
  baseWidth: number;
  /** R_NUM: residual blocks of the stages at 128 and 256 pixels. The stages after them have one, as official. */
  residualBlocks: number;
  /** Scales that are drawn, 1 to 5: 64 pixels, 128, 256, 512, 1024. @default 3 */
  branches?: number;
}

/**
 * The generator of StackGAN++, a model a stage. A stage's outputs begin with its picture and the map that the next
 * stage continues; the last stage has the picture alone.
 *
 * - Stage 1: `sentence` `[batch, sentenceDim]`, `z` `[batch, zDim]`, `eps` `[batch, conditionDim]` to picture
 *   `[batch, 64, 64, 3]` in [-1, 1], map `[batch, 64, 64, baseWidth]`, and condition, mean and log variance,
 *   `[batch, conditionDim]` each. Without text: `z` to picture and map.
 * - Stage k: `map` and `condition` (`z` without text) to a picture of twice the side, and a map of half the channels.
 */
export interface StackganPlusPlusGenerator {
  stages: readonly tf.LayersModel[];
  /** Whether it draws what a text says. */
  conditional: boolean;
}

/** What the generator starts from; `sentences` and `eps` for a conditional model only. */
export interface GeneratorInputs {
  /** `[batch, zDim]`, standard normal. */
  z: tf.Tensor2D;
  /** `[batch, sentenceDim]` */
  sentences?: tf.Tensor2D;
  /** `[batch, conditionDim]`, standard normal. */
  eps?: tf.Tensor2D;
}

export interface GeneratorOutputs {
  /** A picture a branch, coarsest first, `[batch, side, side, 3]` in [-1, 1]. */
  images: tf.Tensor4D[];
  /** Of the conditioning augmentation, `[batch, conditionDim]`; undefined without text. */
  statistics: { mean: tf.Tensor2D; logVariance: tf.Tensor2D } | undefined;
}

/**
 * Builds the generator of StackGAN++ (Zhang et al. 2018; `G_NET` of the official code). Its weights
 * mean nothing until they are initialised or loaded.
 * @throws {WordbrushError} `INVALID_OPTION` for a number of branches outside 1 to 5, or a base width that leaves the
 * last of them no channel.
 */
export function buildStackganPlusPlusGenerator(
  options: StackganPlusPlusGeneratorOptions,
): StackganPlusPlusGenerator {
  const { branches = DEFAULT_BRANCHES, baseWidth, text } = options;
  checkWidths(branches, baseWidth);
  const stages = [firstStage(options, branches > 1)];
  for (let stage = 2; stage <= branches; stage++) stages.push(furtherStage(options, stage, stage < branches));
  return { stages, conditional: text !== undefined };
}

/**
 * Draws all scales. In training mode batch normalisation uses, and moves, the statistics of this batch.
 * @throws {WordbrushError} `INVALID_OPTION` for inputs that do not fit the generator.
 */
export function applyGenerator(
  { stages, conditional }: StackganPlusPlusGenerator,
  inputs: GeneratorInputs,
  options: { training: boolean },
): GeneratorOutputs {
  const [first, ...further] = stages;
  if (first === undefined) throw new RangeError('A generator has at least one stage.');
  const outputs = outputsOf(first, firstInputs(first, inputs, conditional), options);
  const images = [outputs[0] as tf.Tensor4D];
  let map = outputs[1];
  const [condition, mean, logVariance] = conditional
    ? (outputs.slice(-3) as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D])
    : [inputs.z];
  for (const stage of further) {
    const [image, nextMap] = outputsOf(stage, [map as tf.Tensor, condition], options);
    images.push(image as tf.Tensor4D);
    map = nextMap;
  }
  const statistics = mean === undefined || logVariance === undefined ? undefined : { mean, logVariance };
  return { images, statistics };
}

/** The weights of all stages by name. */
export function generatorVariables(
  { stages }: StackganPlusPlusGenerator,
  selection: VariableSelection = {},
): NamedVariables {
  return mergeVariables(...stages.map((stage) => variablesOf(stage, selection)));
}

function firstStage(options: StackganPlusPlusGeneratorOptions, continued: boolean): tf.LayersModel {
  const { text, zDim, baseWidth } = options;
  const name = 'stage1';
  const z = tf.input({ shape: [zDim], name: 'z' });
  const drawFrom = (vector: tf.SymbolicTensor) => {
    const map = initialStage(vector, { baseWidth, name });
    const image = imageHead(map, `${name}/image`);
    return continued ? [image, map] : [image];
  };
  if (text === undefined) return tf.model({ inputs: z, outputs: drawFrom(z), name });

  const sentence = tf.input({ shape: [text.sentenceDim], name: 'sentence' });
  const eps = tf.input({ shape: [text.conditionDim], name: 'eps' });
  const { condition, mean, logVariance } = conditioningAugmentation(sentence, eps, {
    conditionDim: text.conditionDim,
    activation: 'glu',
    name: 'ca_net',
  });
  const both = tf.layers
    .concatenate({ name: 'condition_and_noise' })
    .apply([condition, z]) as tf.SymbolicTensor;
  const outputs = [...drawFrom(both), condition, mean, logVariance];
  return tf.model({ inputs: [sentence, z, eps], outputs, name });
}

function furtherStage(
  options: StackganPlusPlusGeneratorOptions,
  stage: number,
  continued: boolean,
): tf.LayersModel {
  const { text, zDim, baseWidth, residualBlocks } = options;
  const name = `stage${stage}`;
  const side = 32 * 2 ** (stage - 1);
  const width = Math.floor(baseWidth / 2 ** (stage - 2));
  const map = tf.input({ shape: [side, side, width], name: 'map' });
  const condition = tf.input({ shape: [text?.conditionDim ?? zDim], name: 'condition' });
  const blocks = stage <= 3 ? residualBlocks : 1;
  const nextMap = nextStage(map, condition, { side, width, residualBlocks: blocks, name });
  const image = imageHead(nextMap, `${name}/image`);
  return tf.model({ inputs: [map, condition], outputs: continued ? [image, nextMap] : image, name });
}

function firstInputs(
  { inputs: expected }: tf.LayersModel,
  { z, sentences, eps }: GeneratorInputs,
  conditional: boolean,
): tf.Tensor[] {
  const given = Object.entries(conditional ? { sentences, z, eps } : { z });
  return given.map(([name, input], index) => {
    const wanted = [z.shape[0], expected[index]?.shape[1]];
    if (input?.shape.join() === wanted.join()) return input;
    const received = input === undefined ? 'none' : `[${input.shape.join(', ')}]`;
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected ${name} to be [${wanted.join(', ')}], received ${received}.`,
    );
  });
}

function outputsOf(model: tf.LayersModel, inputs: tf.Tensor[], options: { training: boolean }): tf.Tensor[] {
  const outputs = model.apply(inputs, options) as tf.Tensor | tf.Tensor[];
  return Array.isArray(outputs) ? outputs : [outputs];
}

function checkWidths(branches: number, baseWidth: number): void {
  if (!Number.isInteger(branches) || branches < 1 || branches > MAX_BRANCHES) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected branches: an integer from 1 to ${MAX_BRANCHES}, received ${branches}.`,
    );
  }
  const least = 2 ** (branches - 1);
  if (!Number.isInteger(baseWidth) || baseWidth < least) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected baseWidth: an integer of at least ${least} for ${branches} branches, received ${baseWidth}.`,
    );
  }
}
