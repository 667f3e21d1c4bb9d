import * as tf from '@tensorflow/tfjs';
import { reasonOf, WordbrushError } from '../../src/sdk/errors.js';
import { loadTensorFlow } from '../../src/training/backend/load-tensorflow.js';
import { PARITY_CASES } from './cases/index.js';
import { checkpointName, compareCheckpoint } from './compare-checkpoint.js';
import { type Comparison, kindOf } from './comparison.js';
import { definitionOf } from './definition-of.js';
import { type OracleCase, type OracleIndex, readOracleIndex } from './oracle-index.js';
import { isCheckpointName, type OracleTensors, readOracleTensors } from './oracle-tensors.js';
import type { ParityCase } from './parity-case.js';
import { ParityContext } from './parity-context.js';
import { releasedCases } from './released-cases.js';
import { withWitness } from './witness.js';

export type ParityBackend = 'native' | 'cpu';

export interface RunParityOptions {
  /** Folder with `index.json` and the files that it names. */
  folder: string;
  /** Only the case of this name. @default every case of the index */
  caseName?: string;
  /**
   * Every case on this backend only.
   * @default every case on the native one, and those that are quick enough on plain JavaScript too
   */
  backend?: ParityBackend;
  /** @default all that are known */
  cases?: readonly ParityCase[];
  /** Called with each result as it is there. */
  onResult?: (result: CaseResult) => void;
}

/** What came of one case on one backend. */
export interface CaseResult {
  case: string;
  /** undefined for a case that nothing here computes. */
  backend: ParityBackend | undefined;
  /** `inputs`: the case holds no results, only what others read. */
  status: 'passed' | 'failed' | 'unknown' | 'inputs';
  comparisons: readonly Comparison[];
  /** Stored results that nothing was compared with. */
  notCompared: readonly string[];
  /** Why the case did not run to its end. */
  error?: string;
}

/**
 * Computes the cases of a folder with our models and compares every result with the stored one. A case that throws has
 * failed; the others go on.
 * @throws {WordbrushError} `FILE_MISSING`, `INVALID_OPTION` for a folder without a usable index or without the case
 * asked for; `BACKEND_UNAVAILABLE`.
 */
export async function runParity(options: RunParityOptions): Promise<CaseResult[]> {
  const { folder, caseName, cases = PARITY_CASES, onResult } = options;
  const results: CaseResult[] = [];
  const take = (found: readonly CaseResult[]) => {
    for (const result of found) {
      results.push(result);
      onResult?.(result);
    }
  };
  const index = await readOracleIndex(folder);
  const selection = selected(
    { ...index, cases: [...index.cases, ...releasedCases(index, folder)] },
    caseName,
  );
  for (const entry of selection.cases) {
    const { parityCase, config } = await definitionOf(entry, folder, cases);
    take(
      parityCase === undefined
        ? [withoutDefinition(entry)]
        : await runOnBackends(parityCase, { ...entry, config }, folder, options.backend),
    );
  }
  for (const checkpoint of selection.checkpoints) take([await compareCheckpoint(folder, checkpoint)]);
  return results;
}

function selected(index: OracleIndex, caseName: string | undefined): OracleIndex {
  if (caseName === undefined) return index;
  const cases = index.cases.filter((entry) => entry.case === caseName);
  const checkpoints = index.checkpoints.filter(({ file }) => checkpointName(file) === caseName);
  if (cases.length + checkpoints.length > 0) return { cases, checkpoints };
  const names = [
    ...index.cases.map((entry) => entry.case),
    ...index.checkpoints.map(({ file }) => checkpointName(file)),
  ].join(', ');
  throw new WordbrushError('INVALID_OPTION', `Expected a case of the index, received ${caseName}.`, {
    hint: `It has ${names}.`,
    details: { case: caseName },
  });
}

async function runOnBackends(
  parityCase: ParityCase,
  entry: OracleCase,
  folder: string,
  backend: ParityBackend | undefined,
): Promise<CaseResult[]> {
  if (backend === 'cpu') return [await runCase(parityCase, entry, folder, 'cpu')];
  const native = await runCase(parityCase, entry, folder, 'native');
  const showsPlain = backend === undefined && parityCase.plainCpu === true;
  if (!showsPlain && native.status === 'passed') return [native];
  if (!showsPlain && native.error !== undefined) return [native];
  const plain = await runCase(parityCase, entry, folder, 'cpu');
  const judgedNative = judgedBeside(native, plain);
  return showsPlain ? [judgedNative, judgedBeside(plain, native)] : [judgedNative];
}

/** A result that failed, judged once more with that of the other backend as its witness. */
function judgedBeside(result: CaseResult, witness: CaseResult): CaseResult {
  if (result.status !== 'failed' || result.error !== undefined || witness.status !== 'passed') return result;
  const comparisons = withWitness(result.comparisons, witness.comparisons);
  return { ...result, comparisons, status: comparisons.every(({ passed }) => passed) ? 'passed' : 'failed' };
}

function withoutDefinition(entry: OracleCase): CaseResult {
  const stored = resultsOf(entry);
  const status = stored.length === 0 ? 'inputs' : 'unknown';
  return { case: entry.case, backend: undefined, status, comparisons: [], notCompared: stored };
}

async function runCase(
  parityCase: ParityCase,
  entry: OracleCase,
  folder: string,
  backend: ParityBackend,
): Promise<CaseResult> {
  await loadTensorFlow({ backend });
  let comparisons: readonly Comparison[] = [];
  let error: string | undefined;
  tf.engine().startScope();
  try {
    const tensors = await readOracleTensors(folder, filesOf(entry), entry.case);
    checkTensors(entry, tensors);
    const context = new ParityContext(entry, tensors);
    comparisons = context.comparisons;
    await parityCase.run(context);
  } catch (cause) {
    error = reasonOf(cause);
  } finally {
    tf.engine().endScope();
    tf.disposeVariables();
  }
  const compared = new Set(comparisons.map(({ name }) => name));
  const passed = error === undefined && compared.size > 0 && comparisons.every((each) => each.passed);
  return {
    case: entry.case,
    backend,
    status: passed ? 'passed' : 'failed',
    comparisons,
    notCompared: resultsOf(entry).filter((name) => !compared.has(name)),
    ...(error === undefined ? {} : { error }),
  };
}

/** Weights of a checkpoint take the place of stored ones. */
function filesOf({ file, uses }: OracleCase): string[] {
  return [...uses.filter(isCheckpointName), file, ...uses.filter((each) => !isCheckpointName(each))];
}

/** What the index promises has to be in the files: else a result would go uncompared without a word. */
function checkTensors(entry: OracleCase, tensors: OracleTensors): void {
  for (const [name, { shape }] of Object.entries(entry.tensors)) {
    const stored = tensors.shape(name);
    if (stored.join() === shape.join()) continue;
    const message = `${entry.case}, ${name}: expected [${shape.join(', ')}], received [${stored.join(', ')}].`;
    throw new WordbrushError('WEIGHTS_INVALID', message, {
      hint: 'index.json and the file of the case do not belong together.',
      details: { case: entry.case, tensor: name },
    });
  }
}

/** Names of the stored tensors that are results. */
function resultsOf(entry: OracleCase): string[] {
  return Object.keys(entry.tensors).filter((name) => kindOf(name) !== undefined);
}
