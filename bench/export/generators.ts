// The generators, each as one model: what stage graphs do one after the other.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import * as z from 'zod';
import {
  generatorVariables as attnganVariables,
  buildAttnganGenerator,
} from '../../src/training/architectures/attngan/generator.js';
import { buildStage1Generator } from '../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../src/training/architectures/stackgan/stage2-generator.js';
import {
  buildStackganPlusPlusGenerator,
  generatorVariables as stackganPlusPlusVariables,
} from '../../src/training/architectures/stackgan-pp/generator.js';
import { buildWithZeros } from '../../src/training/summary/zero-weights.js';
import {
  mergeVariables,
  type NamedVariables,
  variablesOf,
} from '../../src/training/weights/named-variables.js';
import { attnganGeneratorNames } from '../../tools/import/official-names/attngan.js';
import type { OfficialName } from '../../tools/import/official-names/official-name.js';
import { bothStagesNames } from '../../tools/import/official-names/stackgan.js';
import { stackganPlusPlusGeneratorNames } from '../../tools/import/official-names/stackgan-pp.js';

export const ARCHITECTURES = ['stackgan', 'stackgan-pp', 'attngan'] as const;
export type Architecture = (typeof ARCHITECTURES)[number];

/** A generator whose weights are zero until they are drawn or loaded. */
export interface Generator {
  /** All stages in one. Its outputs are pictures, and behind them AttnGAN's attention maps. */
  model: tf.LayersModel;
  inputs: readonly string[];
  outputs: readonly string[];
  /** Each stage by itself, as bundles have them. */
  stages: readonly tf.LayersModel[];
  variables: NamedVariables;
  /** The variables' places in an official checkpoint. */
  officialNames: readonly OfficialName[];
}

type Symbolic = tf.SymbolicTensor;

const stackganSizes = z.object({
  sentenceDim: z.number(),
  conditionDim: z.number(),
  zDim: z.number(),
  baseWidth: z.number(),
  residualBlocks: z.number(),
});
const branchedSizes = stackganSizes.extend({ branches: z.literal([1, 2, 3]) });

const both = <Sizes extends z.ZodType>(sizes: Sizes) => z.object({ paper: sizes, small: sizes });

/** The twin's sizes, which are those of the presets: `paper` is the official one on birds. */
const SIZES = z
  .object({
    stackgan: both(stackganSizes),
    'stackgan-pp': both(branchedSizes),
    attngan: both(branchedSizes),
  })
  .parse(JSON.parse(readFileSync(new URL('../pytorch/sizes.json', import.meta.url), 'utf8')));

export type Size = 'paper' | 'small';

/** A generator in the sizes of a preset. */
export function buildGenerator(architecture: Architecture, size: Size): Generator {
  const builders = { stackgan: buildStackgan, 'stackgan-pp': buildStackganPlusPlus, attngan: buildAttngan };
  return buildWithZeros(() => builders[architecture](size));
}

function buildStackgan(size: Size): Generator {
  const { zDim, residualBlocks, ...widths } = SIZES.stackgan[size];
  const { sentenceDim, conditionDim } = widths;
  const one = buildStage1Generator({ ...widths, zDim });
  const two = buildStage2Generator({ ...widths, residualBlocks });
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const noise = tf.input({ shape: [zDim], name: 'z' });
  const [eps1, eps2] = ['eps1', 'eps2'].map((name) => tf.input({ shape: [conditionDim], name })) as [
    Symbolic,
    Symbolic,
  ];
  const [image64] = apply(one.imageModel, [sentence, noise, eps1]) as [Symbolic];
  const [image256] = apply(two.imageModel, [image64, sentence, eps2]) as [Symbolic];
  return {
    model: tf.model({
      inputs: [sentence, noise, eps1, eps2],
      outputs: [image64, image256],
      name: 'stackgan',
    }),
    inputs: ['sentence', 'z', 'eps1', 'eps2'],
    outputs: ['image64', 'image256'],
    stages: [one.imageModel, two.imageModel],
    variables: mergeVariables(
      variablesOf(one.model, { prefix: 'stage1_generator' }),
      variablesOf(two.model, { prefix: 'stage2_generator' }),
    ),
    officialNames: bothStagesNames(residualBlocks),
  };
}

function buildStackganPlusPlus(size: Size): Generator {
  const { sentenceDim, conditionDim, ...widths } = SIZES['stackgan-pp'][size];
  const generator = buildStackganPlusPlusGenerator({ ...widths, text: { sentenceDim, conditionDim } });
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const noise = tf.input({ shape: [widths.zDim], name: 'z' });
  const eps = tf.input({ shape: [conditionDim], name: 'eps' });
  const [one, ...further] = generator.stages as [tf.LayersModel, ...tf.LayersModel[]];
  const [image64, firstMap, condition] = apply(one, [sentence, noise, eps]) as [Symbolic, Symbolic, Symbolic];
  const images = [image64];
  let map: Symbolic = firstMap;
  for (const stage of further) {
    const [image, next] = apply(stage, [map, condition]) as [Symbolic, Symbolic | undefined];
    images.push(image);
    map = next ?? map;
  }
  return {
    model: tf.model({ inputs: [sentence, noise, eps], outputs: images, name: 'stackgan_pp' }),
    inputs: ['sentence', 'z', 'eps'],
    outputs: ['image64', 'image128', 'image256'],
    stages: generator.stages,
    variables: stackganPlusPlusVariables(generator),
    officialNames: stackganPlusPlusGeneratorNames({ conditional: true, ...widths }),
  };
}

function buildAttngan(size: Size): Generator {
  const sizes = SIZES.attngan[size];
  const widths = { ...sizes, wordDim: sizes.sentenceDim };
  const generator = buildAttnganGenerator(widths);
  const sentence = tf.input({ shape: [widths.sentenceDim], name: 'sentence' });
  const words = tf.input({ shape: [null, widths.wordDim], name: 'words' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });
  const noise = tf.input({ shape: [widths.zDim], name: 'z' });
  const eps = tf.input({ shape: [widths.conditionDim], name: 'eps' });
  const outputs = apply(generator.firstStage, [sentence, noise, eps]) as [
    Symbolic,
    Symbolic,
    Symbolic,
    Symbolic,
  ];
  let map: Symbolic = outputs[0];
  const images: Symbolic[] = [outputs[3]];
  const attentionMaps: Symbolic[] = [];
  for (const stage of generator.attentionStages) {
    const [next, attention, image] = apply(stage, [map, words, lengths]) as [Symbolic, Symbolic, Symbolic];
    images.push(image);
    attentionMaps.push(attention);
    map = next;
  }
  return {
    model: tf.model({
      inputs: [sentence, words, lengths, noise, eps],
      outputs: [...images, ...attentionMaps],
      name: 'attngan',
    }),
    inputs: ['sentence', 'words', 'lengths', 'z', 'eps'],
    outputs: ['image64', 'image128', 'image256', 'attention64', 'attention128'],
    stages: [generator.firstStage, ...generator.attentionStages],
    variables: attnganVariables(generator),
    officialNames: attnganGeneratorNames(widths),
  };
}

function apply(model: tf.LayersModel, inputs: Symbolic[]): Symbolic[] {
  const outputs = model.apply(inputs) as Symbolic | Symbolic[];
  return Array.isArray(outputs) ? outputs : [outputs];
}
