import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { reasonOf } from '../../src/sdk/errors.js';
import { readSafetensors, type SafetensorsTensor } from '../../src/training/weights/safetensors.js';
import { type NamedTensors, readTensorFile } from '../import/read-tensors.js';
import { type Comparison, compare } from './comparison.js';
import type { OracleCheckpoint } from './oracle-index.js';
import type { CaseResult } from './run-parity.js';

/** What a checkpoint is called in the table and for `--case`: its file's name. */
export function checkpointName(file: string): string {
  return basename(file);
}

/** Reads a checkpoint and compares each of its tensors, to the bit, with the one expected. It never throws. */
export async function compareCheckpoint(folder: string, checkpoint: OracleCheckpoint): Promise<CaseResult> {
  const result = { case: checkpointName(checkpoint.file), backend: undefined, notCompared: [] };
  try {
    const expected = await expectedTensors(folder, checkpoint);
    const actual = await actualTensors(folder, checkpoint);
    const surplus = [...actual.keys()].find((name) => !expected.has(name));
    if (surplus !== undefined) throw new RangeError(`read a tensor ${surplus}, which is not expected`);
    const comparisons = [...expected].map(([name, tensor]) => compareTensor(name, actual.get(name), tensor));
    const passed = comparisons.length > 0 && comparisons.every((each) => each.passed);
    return { ...result, status: passed ? 'passed' : 'failed', comparisons };
  } catch (error) {
    return { ...result, status: 'failed', comparisons: [], error: reasonOf(error) };
  }
}

async function expectedTensors(
  folder: string,
  { expected, keys_not_in_file: missing }: OracleCheckpoint,
): Promise<NamedTensors> {
  const path = join(folder, expected);
  const { tensors } = readSafetensors(await readFile(path), path);
  const escaped = (missing ?? '').replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  const lacks = new RegExp(`^${escaped}$`);
  return new Map([...tensors].filter(([name]) => !lacks.test(name)));
}

async function actualTensors(
  folder: string,
  { file, key_prefix_in_file: prefix = '' }: OracleCheckpoint,
): Promise<NamedTensors> {
  const path = join(folder, file);
  const { dicts } = readTensorFile(await readFile(path), path);
  const entry = /^(.+?) -> /.exec(prefix)?.[1];
  const tensors = entry === undefined ? dicts.values().next().value : dicts.get(entry);
  if (tensors === undefined) throw new RangeError(`expected a dict of tensors under ${entry}`);
  const removed = entry === undefined ? prefix : '';
  return new Map(
    [...tensors].map(([name, tensor]) => {
      if (!name.startsWith(removed)) throw new RangeError(`expected ${name} to begin with ${removed}`);
      return [name.slice(removed.length), tensor];
    }),
  );
}

function compareTensor(
  name: string,
  actual: SafetensorsTensor | undefined,
  expected: SafetensorsTensor,
): Comparison {
  if (actual === undefined) throw new RangeError(`expected a tensor ${name}, but there is none`);
  if (actual.dtype !== expected.dtype || actual.shape.join() !== expected.shape.join()) {
    throw new RangeError(
      `expected ${name} to be ${expected.dtype} [${expected.shape.join(', ')}], got ${actual.dtype} [${actual.shape.join(', ')}]`,
    );
  }
  const stored = { name, kind: 'output', noise: 0 } as const;
  const compared = compare(stored, Array.from(actual.data, Number), Array.from(expected.data, Number));
  return { ...compared, bound: 0, passed: sameBytes(actual.data, expected.data) };
}

function sameBytes(a: ArrayBufferView, b: ArrayBufferView): boolean {
  const bytes = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);
  return bytes(a).equals(bytes(b));
}
