import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import type { NamedVariables } from './named-variables.js';
import { float32Of, readSafetensors, type SafetensorsTensor, writeSafetensors } from './safetensors.js';

/** The values of variables as a safetensors file. */
export function variablesToBytes(
  variables: NamedVariables,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, variable] of variables) {
    tensors.set(name, { dtype: 'F32', shape: variable.shape, data: Float32Array.from(variable.dataSync()) });
  }
  return writeSafetensors(tensors, metadata);
}

/**
 * Gives variables the values of a safetensors file that holds exactly their names and shapes.
 * @throws WordbrushError WEIGHTS_INVALID naming the first tensor that is missing, unknown or of another shape;
 * no variable has changed then.
 */
export function variablesFromBytes(variables: NamedVariables, bytes: Uint8Array, source: string): void {
  const { tensors } = readSafetensors(bytes, source);
  const invalid = (message: string) =>
    new WordbrushError('WEIGHTS_INVALID', `${source}: ${message}.`, {
      hint: 'The file belongs to a model of another configuration, or it is damaged.',
      details: { source },
    });
  for (const name of tensors.keys()) {
    if (!variables.has(name)) throw invalid(`the tensor ${name} has no place in this model`);
  }
  const values = new Map<tf.Variable, SafetensorsTensor>();
  for (const [name, variable] of variables) {
    const tensor = tensors.get(name);
    if (tensor === undefined) throw invalid(`expected a tensor ${name}, but there is none`);
    if (tensor.shape.join() !== variable.shape.join()) {
      throw invalid(
        `expected ${name} to be [${variable.shape.join(', ')}], received [${tensor.shape.join(', ')}]`,
      );
    }
    values.set(variable, tensor);
  }
  for (const [variable, tensor] of values) {
    tf.tidy(() => variable.assign(tf.tensor(float32Of(tensor), variable.shape)));
  }
}
