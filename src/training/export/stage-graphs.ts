import * as tf from '@tensorflow/tfjs';
import type { InputOption, OutputOption, VerifyCase } from '../../../tools/export/index.js';
import type { RandomStream } from '../../sdk/noise/index.js';
import { captionLengths } from './export-graphs.js';

/** One stage of a generator, ready to be written: a model and how its ends are called in the bundle. */
export interface StageGraph {
  model: tf.LayersModel;
  /** Side of its picture in pixels. */
  size: number;
  /** In the model's order. */
  inputs: readonly InputOption[];
  outputs: readonly OutputOption[];
}

/** The same layers with some of their outputs, by place: nothing is computed that nobody takes. */
export function withOutputs(model: tf.LayersModel, places: readonly number[]): tf.LayersModel {
  const outputs = places.map((place) => {
    const output = model.outputs[place];
    if (output === undefined) throw new RangeError(`Expected ${model.name} to have an output ${place}.`);
    return output;
  });
  return tf.model({ inputs: model.inputs, outputs, name: model.name });
}

/** The map between stage `stage`, from 1, and the next, by name. */
export function mapName(stage: number): string {
  return `map_${stage}`;
}

/** Random inputs of a stage: words and their lengths where it takes them, standard normal numbers elsewhere. */
export function stageCases(
  { model, inputs }: StageGraph,
  random: RandomStream,
  maxLength: number,
  largestBatch = Number.POSITIVE_INFINITY,
): VerifyCase[] {
  const readsWords = inputs.some(({ name }) => name === 'words');
  const batches = readsWords ? captionLengths(maxLength) : [[1], [1, 1, 1]];
  return batches.map((all): VerifyCase => {
    const lengths = all.slice(0, largestBatch);
    const [batch, time] = [lengths.length, Math.max(...lengths)];
    const tensors = inputs.map(({ name, layout }, index): [string, VerifyCase['inputs'][string]] => {
      if (name === 'lengths') return [name, { shape: [batch], data: Int32Array.from(lengths) }];
      const [, ...sizes] = (model.inputs[index]?.shape ?? []).map((size) => size ?? time);
      const shape = layout === 'nchw' ? [batch, sizes.at(-1) ?? 0, ...sizes.slice(0, -1)] : [batch, ...sizes];
      return [name, { shape, data: random.normals(shape.reduce((product, size) => product * size, 1)) }];
    });
    const captions = readsWords ? `, captions of ${lengths.join(', ')} words` : '';
    return { name: `batch of ${batch}${captions}`, inputs: Object.fromEntries(tensors) };
  });
}
