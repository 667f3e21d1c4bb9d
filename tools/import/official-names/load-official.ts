import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { type NamedVariables, variablesOf } from '../../../src/training/weights/named-variables.js';
import {
  float32Of,
  type SafetensorsDtype,
  type SafetensorsTensor,
} from '../../../src/training/weights/safetensors.js';
import { type FloatTensor, officialShape, toOfficialLayout, toOurLayout } from './official-layout.js';
import type { OfficialLayout, OfficialName } from './official-name.js';

/** Tensors of a state dict by their official keys. */
export type StateDict = ReadonlyMap<string, SafetensorsTensor>;

export interface LoadOfficialOptions {
  /** What to call the state dict in a message, such as its path. @default 'the state dict' */
  source?: string;
}

/** What DataParallel puts before each key. */
export const MODULE_PREFIX = /^(module\.)+/;

const FLOATS: readonly SafetensorsDtype[] = ['F64', 'F32', 'F16', 'BF16'];

/**
 * Gives variables the weights of an official state dict. Keys may carry the `module.` of DataParallel; counters of
 * batches (`num_batches_tracked`) are passed over.
 * @throws {WordbrushError} `WEIGHTS_INVALID` naming the first tensor that is missing, unknown, of another shape, no float
 * or not finite; no variable has changed then.
 */
export function loadOfficial(
  variables: NamedVariables,
  tensors: StateDict,
  names: readonly OfficialName[],
  options: LoadOfficialOptions = {},
): void {
  const { source = 'the state dict' } = options;
  checkRows(variables, names);
  const unused = withoutModulePrefix(tensors);
  if (unused.size < tensors.size) {
    throw invalid(source, 'module.*', 'some tensors are there twice, with and without this prefix');
  }
  const take = (official: string, expected: readonly number[]): SafetensorsTensor => {
    const tensor = unused.get(official);
    if (tensor === undefined) throw invalid(source, official, 'expected this tensor, but there is none');
    unused.delete(official);
    if (!FLOATS.includes(tensor.dtype)) {
      throw invalid(source, official, `expected floating-point elements, received ${tensor.dtype}`);
    }
    requireShape(tensor, expected, source, official);
    if (!isAllFinite(float32Of(tensor))) throw invalid(source, official, 'expected finite numbers');
    return tensor;
  };

  const loads: {
    variable: tf.Variable;
    tensor: SafetensorsTensor;
    other?: SafetensorsTensor;
    layout: OfficialLayout;
  }[] = [];
  for (const { ours, official, layout, addend } of names) {
    const variable = variableAt(variables, ours);
    const expected = officialShape(variable.shape, layout) ?? variable.shape;
    const tensor = take(official, expected);
    if (addend === undefined) {
      loads.push({ variable, tensor, layout });
      continue;
    }
    const other = take(addend, expected);
    loads.push({ variable, tensor, other, layout });
  }
  for (const official of unused.keys()) {
    if (!official.endsWith('.num_batches_tracked')) {
      throw invalid(source, official, 'the tensor has no place in this model');
    }
  }
  // One at a time, for a file's tensors may be read only as they are asked for.
  for (const { variable, tensor, other, layout } of loads) {
    const data = other === undefined ? float32Of(tensor) : sum(float32Of(tensor), float32Of(other));
    tf.tidy(() => variable.assign(toOurLayout(tf.tensor(data, [...tensor.shape]), layout)));
  }
}

/**
 * {@link loadOfficial} into a model that was built for it, which is disposed of where the weights do not fit.
 * @throws {WordbrushError} `WEIGHTS_INVALID`
 */
export function loadOfficialOrDispose(
  model: tf.LayersModel,
  tensors: StateDict,
  names: readonly OfficialName[],
  options: LoadOfficialOptions,
): void {
  try {
    loadOfficial(variablesOf(model), tensors, names, options);
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/**
 * Our weights as an official state dict, float32, in the order of `names`.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if the names do not belong to these variables.
 */
export function toOfficial(
  variables: NamedVariables,
  names: readonly OfficialName[],
): Map<string, SafetensorsTensor> {
  checkRows(variables, names);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const name of names) {
    const variable = variableAt(variables, name.ours);
    const data = Float32Array.from(variable.dataSync());
    const { official, layout, addend } = name;
    const converted = toOfficialLayout({ shape: variable.shape, data }, layout);
    if (converted === undefined) {
      throw invalid('our weights', official, `${bracketed(variable.shape)} has no layout '${layout}'`);
    }
    tensors.set(official, { dtype: 'F32', ...converted });
    if (addend !== undefined) tensors.set(addend, { dtype: 'F32', ...zeros(converted.shape) });
  }
  return tensors;
}

/** A state dict under the keys of the bare module: DataParallel puts `module.` before each, one in another twice. */
export function withoutModulePrefix(tensors: StateDict): Map<string, SafetensorsTensor> {
  return new Map([...tensors].map(([key, tensor]) => [key.replace(MODULE_PREFIX, ''), tensor]));
}

/** Every variable has one row, and every row a variable: else a weight would silently keep its random start. */
function checkRows(variables: NamedVariables, names: readonly OfficialName[]): void {
  const rows = new Set(names.map(({ ours }) => ours));
  for (const ours of variables.keys()) {
    if (!rows.has(ours))
      throw invalid('the list of official names', ours, 'this weight has no official name');
  }
}

function variableAt(variables: NamedVariables, ours: string): tf.Variable {
  const variable = variables.get(ours);
  if (variable === undefined) {
    throw invalid('the list of official names', ours, 'the model has no such weight');
  }
  return variable;
}

function requireShape(
  { shape }: SafetensorsTensor,
  expected: readonly number[],
  source: string,
  name: string,
): void {
  if (shape.join() === expected.join()) return;
  throw invalid(source, name, `expected ${bracketed(expected)}, received ${bracketed(shape)}`);
}

/** A sum of zeros, unless one of the numbers is infinite or none. */
function isAllFinite(values: Float32Array): boolean {
  let zeros = 0;
  for (const value of values) zeros += 0 * value;
  return zeros === 0;
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, index) => value + (b[index] ?? 0));
}

function zeros(shape: readonly number[]): FloatTensor {
  return { shape, data: new Float32Array(shape.reduce((product, size) => product * size, 1)) };
}

function bracketed(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

function invalid(source: string, tensor: string, problem: string): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `${source}, ${tensor}: ${problem}.`, {
    hint: 'The weights belong to a model of another kind or of other widths.',
    details: { source, tensor },
  });
}
