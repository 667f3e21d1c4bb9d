import * as tf from '@tensorflow/tfjs';

/** Variables by the name that they keep from run to run: `layer/weight`. */
export type NamedVariables = ReadonlyMap<string, tf.Variable>;

export interface VariableSelection {
  /** Leave out running statistics and other weights that no gradient moves. @default false */
  trainableOnly?: boolean;
  /** Put before each name, with a slash. */
  prefix?: string;
}

/** The weights of a model by name, shared layers once. */
export function variablesOf(model: tf.LayersModel, selection: VariableSelection = {}): NamedVariables {
  const { trainableOnly = false, prefix } = selection;
  const weights = trainableOnly ? model.trainableWeights : model.weights;
  const named = new Map<string, tf.Variable>();
  for (const weight of weights) {
    const variable: unknown = weight.read();
    // LayerVariable.read() is typed as Tensor, but what it hands out is the variable itself.
    if (!(variable instanceof tf.Variable))
      throw new TypeError(`Expected ${weight.originalName} to be a variable.`);
    named.set(prefix === undefined ? weight.originalName : `${prefix}/${weight.originalName}`, variable);
  }
  return named;
}

/** Several models' variables in one map. */
export function mergeVariables(...maps: NamedVariables[]): NamedVariables {
  return new Map(maps.flatMap((map) => [...map]));
}
