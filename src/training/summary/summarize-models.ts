import type * as tf from '@tensorflow/tfjs';
import { variablesOf } from '../weights/named-variables.js';
import { countLayer, type LayerCount } from './count-layer.js';

/** Counts of one picture or caption; bytes in single precision, halves for half precision. */
export interface Counts {
  layers: number;
  parameters: number;
  multiplyAdds: number;
  /** Bytes of the parameters. */
  weightBytes: number;
  /** Bytes of all layers' outputs together: what a training pass keeps for each picture until its gradient. */
  activationBytes: number;
}

/** A stage of a generator, a discriminator or an encoder. */
export interface PartSummary extends Counts {
  name: string;
  layerCounts: LayerCount[];
}

export interface GroupSummary {
  name: 'generator' | 'discriminators' | 'encoders';
  parts: PartSummary[];
  total: Counts;
}

export interface PartOptions {
  name: string;
  /** What stands for axes of unknown length: words of a caption, or the side of a map. @default 1 */
  unknownSize?: number | undefined;
}

/** Counts the layers of models that together are one part, and gives their weights back. */
export function summarizePart(
  models: readonly (tf.LayersModel | undefined)[],
  { name, unknownSize = 1 }: PartOptions,
): PartSummary {
  const present = models.filter((model) => model !== undefined);
  const layers = present.flatMap((model) =>
    model.layers.filter((layer) => layer.getClassName() !== 'InputLayer'),
  );
  const layerCounts = layers.map((layer) => countLayer(layer, unknownSize));
  for (const model of present) disposeWeights(model);
  return { name, layerCounts, ...totalOf(layerCounts.map(countsOf)) };
}

export function summarizeGroup(name: GroupSummary['name'], parts: PartSummary[]): GroupSummary {
  return { name, parts, total: totalOf(parts) };
}

function disposeWeights(model: tf.LayersModel): void {
  for (const variable of variablesOf(model).values()) {
    if (!variable.isDisposed) variable.dispose();
  }
}

function countsOf({ parameters, multiplyAdds, outputBytes }: LayerCount): Counts {
  return { layers: 1, parameters, multiplyAdds, weightBytes: 4 * parameters, activationBytes: outputBytes };
}

function totalOf(parts: readonly Counts[]): Counts {
  const sum = (field: keyof Counts) => parts.reduce((total, part) => total + part[field], 0);
  return {
    layers: sum('layers'),
    parameters: sum('parameters'),
    multiplyAdds: sum('multiplyAdds'),
    weightBytes: sum('weightBytes'),
    activationBytes: sum('activationBytes'),
  };
}
