import type * as tf from '@tensorflow/tfjs';
import type { AttnganGenerator } from '../architectures/attngan/generator.js';
import type { Stage1Generator } from '../architectures/stackgan/stage1-generator.js';
import type { Stage2Generator } from '../architectures/stackgan/stage2-generator.js';
import type { StackganPlusPlusGenerator } from '../architectures/stackgan-pp/generator.js';
import { attnganGraphs } from './attngan-graphs.js';
import { type BundleOptions, exportBundle, type GeneratorGraphs, type GraphReport } from './export-bundle.js';
import { stackganGraphs } from './stackgan-graphs.js';
import { stackganPlusPlusGraphs } from './stackgan-pp-graphs.js';

/**
 * Writes a StackGAN as a bundle: Stage-I, 64 pixels, and Stage-II, 256 pixels, where there is one.
 * @throws WordbrushError as `exportBundle`
 */
export function exportStackganGenerator(
  generator: StackganGenerator,
  options: BundleOptions,
): Promise<GraphReport[]> {
  return exportBundle(stackganGenerator(generator), options);
}

/** Both stages, or Stage-I alone. */
export interface StackganGenerator {
  stage1: Stage1Generator;
  stage2?: Stage2Generator;
}

export function stackganGenerator({ stage1, stage2 }: StackganGenerator): GeneratorGraphs {
  const noise = noiseOf(stage1.imageModel);
  return { architecture: 'stackgan', stages: stackganGraphs(stage1, stage2), noise };
}

/**
 * Writes a StackGAN++ as a bundle, a graph a branch; one without text has no text encoder.
 * @throws WordbrushError as `exportBundle`
 */
export function exportStackganPlusPlusGenerator(
  generator: StackganPlusPlusGenerator,
  options: BundleOptions,
): Promise<GraphReport[]> {
  return exportBundle(stackganPlusPlusGenerator(generator), options);
}

export function stackganPlusPlusGenerator(generator: StackganPlusPlusGenerator): GeneratorGraphs {
  const [first] = generator.stages;
  if (first === undefined) throw new RangeError('A generator has at least one stage.');
  const noise = generator.conditional ? noiseOf(first) : { zDim: sizeOf(first, 0), epsDim: 0 };
  return { architecture: 'stackgan-pp', stages: stackganPlusPlusGraphs(generator), noise };
}

/** Writes an AttnGAN as a bundle, a graph a stage. @throws WordbrushError as `exportBundle` */
export function exportAttnganGenerator(
  generator: AttnganGenerator,
  options: BundleOptions,
): Promise<GraphReport[]> {
  return exportBundle(attnganGenerator(generator), options);
}

export function attnganGenerator(generator: AttnganGenerator): GeneratorGraphs {
  const noise = noiseOf(generator.firstStage);
  return { architecture: 'attngan', stages: attnganGraphs(generator), noise };
}

/** Of a stage that takes sentence, z and eps. */
function noiseOf(stage: tf.LayersModel): { zDim: number; epsDim: number } {
  return { zDim: sizeOf(stage, 1), epsDim: sizeOf(stage, 2) };
}

function sizeOf(stage: tf.LayersModel, input: number): number {
  const size = stage.inputs[input]?.shape.at(-1);
  if (typeof size !== 'number') throw new TypeError(`Expected ${stage.name} to have an input ${input}.`);
  return size;
}
