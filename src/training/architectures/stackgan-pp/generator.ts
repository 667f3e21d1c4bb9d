import * as tf from '@tensorflow/tfjs';
import * as zod from 'zod';
import { WordbrushError } from '../../../sdk/errors.js';
import { requireShape } from '../../batch-checks.js';
import { conditionedInitialStage } from '../../layers/conditioned-initial-stage.js';
import { imageHead } from '../../layers/image-head.js';
import { initialStage } from '../../layers/initial-stage.js';
import { ofRank, outputsOf } from '../../layers/model-outputs.js';
import { requireOptions, wholeNumber } from '../../require-options.js';
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

const BRANCH_NUMBERS = `an integer from 1 to ${MAX_BRANCHES}`;

const optionsSchema = zod.object({
  text: zod.object({ sentenceDim: wholeNumber(1), conditionDim: wholeNumber(1) }).optional(),
  zDim: wholeNumber(1),
  residualBlocks: wholeNumber(0),
  branches: zod
    .int({ error: BRANCH_NUMBERS })
    .min(1, { error: BRANCH_NUMBERS })
    .max(MAX_BRANCHES, { error: BRANCH_NUMBERS })
    .optional(),
});

/**
 * Builds the generator of StackGAN++ (Zhang et al. 2018; `G_NET` of the official code). Its weights
 * mean nothing until they are initialised or loaded.
 * @throws {WordbrushError} `INVALID_OPTION` for a number of branches outside 1 to 5, or a base width that leaves the
 * last of them no channel.
 */
export function buildStackganPlusPlusGenerator(
  options: StackganPlusPlusGeneratorOptions,
): StackganPlusPlusGenerator {
  const { branches = DEFAULT_BRANCHES, text } = options;
  requireOptions(optionsSchema, options, "StackGAN++'s generator");
  // Channels are halved from branch to branch, and some have to be left.
  const widthSchema = zod.object({ baseWidth: wholeNumber(2 ** (branches - 1)) });
  requireOptions(widthSchema, options, "StackGAN++'s generator");
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
  const images = [ofRank(outputAt(first, outputs, 0), 4)];
  // Condition, mean and log variance come last, after picture and, where there is a next stage, map.
  const statistics = conditional
    ? {
        mean: ofRank(outputAt(first, outputs, outputs.length - 2), 2),
        logVariance: ofRank(outputAt(first, outputs, outputs.length - 1), 2),
      }
    : undefined;
  const condition = conditional ? outputAt(first, outputs, outputs.length - 3) : inputs.z;
  let drawn = outputs;
  let previous = first;
  for (const stage of further) {
    drawn = outputsOf(stage, [outputAt(previous, drawn, 1), condition], options);
    images.push(ofRank(outputAt(stage, drawn, 0), 4));
    previous = stage;
  }
  return { images, statistics };
}

function outputAt({ name }: tf.LayersModel, outputs: readonly tf.Tensor[], index: number): tf.Tensor {
  const output = outputs[index];
  if (output === undefined) throw new TypeError(`Expected ${name} to have an output ${index}.`);
  return output;
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
  const drawn = (map: tf.SymbolicTensor) => {
    const image = imageHead(map, `${name}/image`);
    return continued ? [image, map] : [image];
  };
  if (text === undefined) {
    const z = tf.input({ shape: [zDim], name: 'z' });
    return tf.model({ inputs: z, outputs: drawn(initialStage(z, { baseWidth, name })), name });
  }
  const stage = conditionedInitialStage({ ...text, zDim, baseWidth, name });
  const { inputs, map, condition, mean, logVariance } = stage;
  return tf.model({ inputs, outputs: [...drawn(map), condition, mean, logVariance], name });
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
    if (input === undefined) {
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected ${name} to be [${wanted.join(', ')}], received none.`,
      );
    }
    requireShape(name, input, wanted);
    return input;
  });
}
