import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../src/sdk/errors.js';
import type { ConvertedModel } from '../convert.js';
import { randomCases, type VerifyCase } from './cases.js';
import { maxAbsoluteDifference } from './difference.js';
import { findOrigin, type Origin } from './first-difference.js';
import { type NamedTensors, type Optimization, runOnnx } from './onnx-session.js';
import { runModel } from './reference.js';

export interface VerifyOptions {
  /** Standard normal numbers for the random cases. Give a seeded source, so that a failure can be repeated. */
  random?: (length: number) => Float32Array;
  /** Batch sizes of the random cases; only with `random`. @default [1, 3] */
  batchSizes?: readonly number[];
  /** Sizes for free dimensions beside the batch in the random cases, by name. */
  sizes?: Readonly<Record<string, number>>;
  /** Cases with inputs of your own, for models that random numbers do not fit. */
  cases?: readonly VerifyCase[];
  /** Largest absolute difference allowed in any output. @default 1e-4 */
  tolerance?: number;
}

/** How one case came out at one optimisation level of ONNX Runtime. */
export interface CaseResult {
  readonly name: string;
  readonly optimization: Optimization;
  /** By output. */
  readonly maxAbsoluteDifference: Readonly<Record<string, number>>;
}

export interface VerificationResult {
  readonly tolerance: number;
  readonly cases: readonly CaseResult[];
  /** Over all cases and outputs. */
  readonly maxAbsoluteDifference: number;
}

/**
 * Runs an exported model in ONNX Runtime, without and with its optimisations, and compares every output with TF.js.
 *
 * Throws `EXPORT_MISMATCH` where they differ by more than the tolerance, naming the layer and the node, or the pass,
 * at which they part; `MODEL_INVALID` where ONNX Runtime refuses the file; `INVALID_OPTION` where there is nothing
 * to compare on; `RUNTIME_MISSING` without onnxruntime-node.
 */
export async function verify(
  model: tf.LayersModel,
  converted: ConvertedModel,
  options: VerifyOptions,
): Promise<VerificationResult> {
  const { tolerance = 1e-4 } = options;
  const cases = allCases(converted, options);
  const expected = cases.map(({ inputs }) => runModel(model, converted.trace, inputs));
  const results: CaseResult[] = [];
  for (const optimization of ['disabled', 'all'] as const) {
    const inputs = cases.map((one) => one.inputs);
    const outputs = await runOnnx(converted.bytes, optimization, inputs);
    for (const [index, { name }] of cases.entries()) {
      const differences = compare(outputs[index] ?? {}, expected[index] ?? {});
      const result: CaseResult = { name, optimization, maxAbsoluteDifference: differences };
      if (largest(differences) > tolerance) {
        const origin = await findOrigin(converted, inputs[index] ?? {}, expected[index] ?? {}, tolerance);
        throw mismatch(result, tolerance, origin);
      }
      results.push(result);
    }
  }
  const maxima = results.map((result) => largest(result.maxAbsoluteDifference));
  return { tolerance, cases: results, maxAbsoluteDifference: Math.max(...maxima) };
}

function allCases(converted: ConvertedModel, options: VerifyOptions): VerifyCase[] {
  const { random, batchSizes = [1, 3], sizes = {}, cases = [] } = options;
  const all = [...cases];
  if (random !== undefined) all.push(...randomCases(converted.graph.inputs, { random, batchSizes, sizes }));
  if (all.length > 0) return all;
  throw new WordbrushError(
    'INVALID_OPTION',
    'Expected cases to verify with, received neither "cases" nor "random".',
    {
      hint: 'Pass a seeded source of normal numbers as "random", or tensors as "cases".',
    },
  );
}

function compare(actual: NamedTensors, expected: NamedTensors): Record<string, number> {
  return Object.fromEntries(
    Object.entries(expected).map(([name, tensor]) => [name, maxAbsoluteDifference(actual[name], tensor)]),
  );
}

function largest(differences: Readonly<Record<string, number>>): number {
  return Math.max(0, ...Object.values(differences));
}

function mismatch(result: CaseResult, tolerance: number, origin: Origin): WordbrushError {
  const { name, optimization, maxAbsoluteDifference: differences } = result;
  const wrong = Object.entries(differences).filter(([, difference]) => difference > tolerance);
  const named = wrong
    .map(([output, difference]) => `"${output}" differs by ${difference.toPrecision(3)}`)
    .join(', ');
  return new WordbrushError(
    'EXPORT_MISMATCH',
    `Expected ONNX Runtime and TensorFlow.js to agree within ${tolerance}, but ${named} (${name}, optimisation ${optimization}). ${describe(origin)}`,
    { details: { case: name, optimization, tolerance, differences, origin } },
  );
}

function describe(origin: Origin): string {
  if (origin.in === 'handler') {
    return `The first layer that differs is "${origin.layer}" (${origin.className}), at node "${origin.node}".`;
  }
  if (origin.in === 'pass') return `Every layer agrees; the pass "${origin.pass}" changes the result.`;
  return "Every layer and pass agrees; ONNX Runtime's own optimisation changes the result.";
}
