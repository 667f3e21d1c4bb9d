import type * as tf from '@tensorflow/tfjs';
import { reasonOf, WordbrushError } from '../../../src/sdk/errors.js';
import type { Precision } from '../precision/precision.js';
import { writeModel } from '../writer/write-model.js';
import { randomCases, type VerifyCase } from './cases.js';
import type { ComparedModel } from './compared-model.js';
import { differenceOf, exceeds, type OutputDifference, type Tolerance } from './difference.js';
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
  /** Largest absolute difference allowed in any output, with weights in full. @default 1e-4 */
  tolerance?: number;
  /** What is allowed on top, times the largest number of the output: for models whose outputs are large. @default 0 */
  relativeTolerance?: number;
  /**
   * Called when TensorFlow.js has computed all that it is asked for, to dispose of the model before ONNX Runtime loads the
   * file: a large one then is in memory once. Where the two differ, the layer is not named.
   */
  release?: (() => void) | undefined;
}

/** How one case came out at one optimisation level of ONNX Runtime. */
export interface CaseResult {
  readonly name: string;
  readonly optimization: Optimization;
  /** By output. */
  readonly maxAbsoluteDifference: Readonly<Record<string, number>>;
  readonly differences: Readonly<Record<string, OutputDifference>>;
}

export interface VerificationResult {
  readonly tolerance: number;
  readonly cases: readonly CaseResult[];
  /** The worst over all cases and outputs of the file, against TF.js in fp32. */
  readonly maxAbsoluteDifference: number;
  readonly relativeL2: number;
  /** Null where no output is a picture. */
  readonly psnrDb: number | null;
  /** The same of the graph with its weights in full; it is what the tolerance holds for. */
  readonly exactMaxAbsoluteDifference: number;
}

/** What fewer bits may cost before the file is refused: far more than rounding does to a sound model. */
const PRECISION_LIMITS: Readonly<Record<Precision, { tolerance?: Tolerance; relativeL2?: number }>> = {
  fp32: {},
  fp16: { tolerance: { absolute: 2e-2, relative: 2e-2 } },
  int8: { relativeL2: 0.5 },
};

/**
 * Runs an exported model in ONNX Runtime, without and with its optimisations, and compares every output with TF.js.
 * A file of lower precision is compared twice: its graph with weights in full is held to the tolerance, then the file
 * itself is measured.
 *
 * Throws `EXPORT_MISMATCH` where they differ by more than the tolerance, naming the layer and the node, or the pass,
 * at which they part, and where lower precision makes an output another; `MODEL_INVALID` where ONNX Runtime refuses
 * the file; `INVALID_OPTION` where there is nothing to compare on; `RUNTIME_MISSING` without onnxruntime-node.
 */
export async function verify(
  model: tf.LayersModel,
  converted: ComparedModel,
  options: VerifyOptions,
): Promise<VerificationResult> {
  const tolerance = { absolute: options.tolerance ?? 1e-4, relative: options.relativeTolerance ?? 0 };
  const compared = allCases(converted, options).map((one): ComparedCase => {
    return { ...one, expected: expectedOutputs(model, converted, one) };
  });
  options.release?.();
  const { precision, exactGraph, opset } = converted;
  const isExact = precision === 'fp32' || exactGraph === undefined;
  const exactBytes = isExact
    ? converted.bytes
    : writeModel(exactGraph, { name: 'exact', metadata: {}, opset });
  const exact = await compareCases(exactBytes, compared, async (result, one, actual) => {
    const wrong = Object.keys(one.expected).filter((name) => differs(name, one, actual, tolerance));
    if (wrong.length === 0) return;
    throw mismatch(
      result,
      wrong,
      tolerance,
      options.release === undefined
        ? await findOrigin(converted, one.inputs, one.expected, tolerance)
        : undefined,
    );
  });
  const cases = isExact
    ? exact
    : await compareCases(converted.bytes, compared, async (result, one, actual) => {
        for (const name of Object.keys(one.expected)) refuseLoss(name, result, one, actual, precision);
      });
  return {
    tolerance: tolerance.absolute,
    cases,
    ...worst(cases),
    exactMaxAbsoluteDifference: worst(exact).maxAbsoluteDifference,
  };
}

/** What TF.js gives; its own errors, such as for ids that an embedding does not have, say which case they are of. */
function expectedOutputs(model: tf.LayersModel, { trace }: ComparedModel, one: VerifyCase): NamedTensors {
  try {
    return runModel(model, trace, one.inputs);
  } catch (cause) {
    if (cause instanceof WordbrushError) throw cause;
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected TensorFlow.js to run the model on ${one.name}, but: ${reasonOf(cause)}.`,
      { hint: 'Verify with inputs that fit the model: verify(model, converted, { cases }).', cause },
    );
  }
}

interface ComparedCase extends VerifyCase {
  readonly expected: NamedTensors;
}

/** Runs a file on every case at both optimisation levels; `check` throws where a result will not do. */
async function compareCases(
  bytes: Uint8Array | string,
  cases: readonly ComparedCase[],
  check: (result: CaseResult, one: ComparedCase, actual: NamedTensors) => Promise<void>,
): Promise<CaseResult[]> {
  const results: CaseResult[] = [];
  for (const optimization of ['disabled', 'all'] as const) {
    const outputs = await runOnnx(
      bytes,
      optimization,
      cases.map(({ inputs }) => inputs),
    );
    for (const [index, one] of cases.entries()) {
      const actual = outputs[index] ?? {};
      const result = resultOf(one, optimization, actual);
      await check(result, one, actual);
      results.push(result);
    }
  }
  return results;
}

function resultOf(
  { name, expected }: ComparedCase,
  optimization: Optimization,
  actual: NamedTensors,
): CaseResult {
  const entries = Object.entries(expected).map(
    ([output, tensor]) => [output, differenceOf(actual[output], tensor)] as const,
  );
  return {
    name,
    optimization,
    maxAbsoluteDifference: Object.fromEntries(
      entries.map(([output, { maxAbsolute }]) => [output, maxAbsolute]),
    ),
    differences: Object.fromEntries(entries),
  };
}

function differs(
  name: string,
  { expected }: ComparedCase,
  actual: NamedTensors,
  tolerance: Tolerance,
): boolean {
  const tensor = expected[name];
  return tensor !== undefined && exceeds(actual[name], tensor, tolerance);
}

function worst(cases: readonly CaseResult[]) {
  const differences = cases.flatMap((one) => Object.values(one.differences));
  const ratios = differences.flatMap(({ psnrDb }) => psnrDb ?? []);
  return {
    maxAbsoluteDifference: Math.max(0, ...differences.map(({ maxAbsolute }) => maxAbsolute)),
    relativeL2: Math.max(0, ...differences.map(({ relativeL2 }) => relativeL2)),
    psnrDb: ratios.length === 0 ? null : Math.min(...ratios),
  };
}

function allCases({ trace }: ComparedModel, options: VerifyOptions): VerifyCase[] {
  const { random, batchSizes = [1, 3], sizes = {}, cases = [] } = options;
  const all = [...cases];
  if (random !== undefined) all.push(...randomCases(trace.graph.inputs, { random, batchSizes, sizes }));
  if (all.length > 0) return all;
  throw new WordbrushError(
    'INVALID_OPTION',
    'Expected cases to verify with, received neither "cases" nor "random".',
    {
      hint: 'Pass a seeded source of normal numbers as "random", or tensors as "cases".',
    },
  );
}

function refuseLoss(
  output: string,
  result: CaseResult,
  one: ComparedCase,
  actual: NamedTensors,
  precision: Precision,
): void {
  const limits = PRECISION_LIMITS[precision];
  const difference = result.differences[output];
  const isFar = limits.tolerance !== undefined && differs(output, one, actual, limits.tolerance);
  const isOther = limits.relativeL2 !== undefined && !((difference?.relativeL2 ?? 0) <= limits.relativeL2);
  if (!isFar && !isOther) return;
  const measured = `by ${difference?.maxAbsolute.toPrecision(3)} (relative L2 ${difference?.relativeL2.toPrecision(3)})`;
  throw new WordbrushError(
    'EXPORT_MISMATCH',
    `Expected weights as ${precision} to keep what the model computes, but "${output}" differs ${measured} (${result.name}, optimisation ${result.optimization}).`,
    {
      hint: `With weights in full it agrees; this model needs ${precision === 'int8' ? 'fp16 or fp32' : 'fp32'}.`,
      details: { case: result.name, optimization: result.optimization, precision, output, difference },
    },
  );
}

function mismatch(
  result: CaseResult,
  wrong: readonly string[],
  tolerance: Tolerance,
  origin: Origin | undefined,
): WordbrushError {
  const { name, optimization, maxAbsoluteDifference: differences } = result;
  const named = wrong
    .map((output) => `"${output}" differs by ${differences[output]?.toPrecision(3)}`)
    .join(', ');
  const { absolute, relative } = tolerance;
  const within = relative === 0 ? `${absolute}` : `${absolute} and ${relative} of the largest number`;
  return new WordbrushError(
    'EXPORT_MISMATCH',
    `Expected ONNX Runtime and TensorFlow.js to agree within ${within}, but ${named} (${name}, optimisation ${optimization}). ${describe(origin)}`,
    {
      details: {
        case: name,
        optimization,
        tolerance: absolute,
        differences,
        ...(origin !== undefined && { origin }),
      },
    },
  );
}

function describe(origin: Origin | undefined): string {
  if (origin === undefined) return 'Which layer it is was not looked for: the model is gone.';
  if (origin.in === 'handler') {
    return `The first layer that differs is "${origin.layer}" (${origin.className}), at node "${origin.node}".`;
  }
  if (origin.in === 'pass') return `Every layer agrees; the pass "${origin.pass}" changes the result.`;
  return "Every layer and pass agrees; ONNX Runtime's own optimisation changes the result.";
}
