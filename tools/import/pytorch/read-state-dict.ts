import { elementBytes, type SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { materialize } from './materialize.js';
import { type Checkpoint, readCheckpoint } from './read-checkpoint.js';
import { StridedTensor } from './strided-tensor.js';

/** A stride of 0 lets a tiny file describe tensors without end: what a file may say beyond what it holds. */
const SAID_PER_BYTE = 8;
const LEAST_SAID_BYTES = 2 ** 26;
const MAX_TENSORS = 100_000;
const MAX_NAME_LENGTH = 1000;
/** State dicts lie at the top, or in a dict or list or two. */
const MAX_LEVELS = 4;
const MAX_BRANCHES = 10_000;

export interface StateDictOptions {
  /** What to call the file in a message, such as its path. @default 'the checkpoint' */
  source?: string;
  /** Entry of an outer dict that holds the state dict, such as `netG`. @default the only state dict of the file */
  entry?: string;
}

/**
 * Reads the tensors of a state dict that `torch.save` wrote, in its zip format or in the older plain one, by name and in
 * row-major order. Nothing in the file is executed. Values of the dict that are no tensors are left out.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a file of another kind, a damaged one, one that asks for code to be run,
 * one without the entry, or one with several state dicts where no entry is named.
 */
export function readStateDict(
  bytes: Uint8Array,
  options: StateDictOptions = {},
): Map<string, SafetensorsTensor> {
  const { source = 'the checkpoint', entry } = options;
  const dicts = readStateDicts(bytes, source);
  if (entry !== undefined) {
    const dict = dicts.get(entry);
    if (dict !== undefined) return dict;
    throw invalidWeights(source, `expected a dict of tensors under '${entry}', got ${namesOf(dicts)}`);
  }
  const [only, ...others] = dicts.values();
  if (only === undefined || others.length > 0) {
    throw invalidWeights(source, `expected one dict of tensors, got ${namesOf(dicts)}`);
  }
  return only;
}

/**
 * Every state dict of a checkpoint by the dotted path of keys and indices that leads to it, which is empty for one at the
 * top. What optimisers keep is left out.
 * @throws {WordbrushError} `WEIGHTS_INVALID`, as {@link readStateDict}; also where there is none.
 */
export function readStateDicts(
  bytes: Uint8Array,
  source: string,
): Map<string, Map<string, SafetensorsTensor>> {
  const checkpoint = readCheckpoint(bytes, source);
  if (!isBranch(checkpoint.tree)) throw invalidWeights(source, 'expected a dict of tensors at the top');
  const found = findDicts(checkpoint.tree, source);
  if (found.size === 0) throw invalidWeights(source, 'expected tensors in the dict, got none');
  const budget = { bytesLeft: LEAST_SAID_BYTES + SAID_PER_BYTE * bytes.length, tensorsLeft: MAX_TENSORS };
  return new Map([...found].map(([path, dict]) => [path, readTensors(dict, checkpoint, source, budget)]));
}

type Branch = Map<unknown, unknown> | readonly unknown[];

function isBranch(value: unknown): value is Branch {
  return value instanceof Map || Array.isArray(value);
}

/** Dicts of named tensors, by path, each once: a pickle may refer to a dict from itself. */
function findDicts(top: Branch, source: string): Map<string, Map<unknown, unknown>> {
  const found = new Map<string, Map<unknown, unknown>>();
  const seen = new Set<unknown>();
  let level: [path: string, branch: Branch][] = [['', top]];
  for (let depth = 0; depth < MAX_LEVELS && level.length > 0; depth++) {
    const next: typeof level = [];
    for (const [path, branch] of level) {
      if (seen.has(branch) || seen.size > MAX_BRANCHES) continue;
      seen.add(branch);
      if (branch instanceof Map && hasTensors(branch, source)) found.set(path, branch);
      for (const [key, inner] of branchesOf(branch)) next.push([path === '' ? key : `${path}.${key}`, inner]);
    }
    level = next;
  }
  return found;
}

function hasTensors(dict: ReadonlyMap<unknown, unknown>, source: string): boolean {
  let found = false;
  for (const [name, value] of dict) {
    if (typeof name !== 'string') continue;
    if (name.length > MAX_NAME_LENGTH) {
      throw invalidWeights(source, `expected names of at most ${MAX_NAME_LENGTH} characters`);
    }
    found ||= value instanceof StridedTensor;
  }
  return found;
}

/** What is below a dict or list; nothing of an optimiser, whose moments are tensors too. */
function* branchesOf(branch: Branch): Generator<[key: string, inner: Branch]> {
  if (branch instanceof Map && branch.has('param_groups')) return;
  for (const [key, value] of branch.entries()) {
    const isKey = typeof key === 'string' || typeof key === 'number';
    if (isKey && isBranch(value) && !/optim/i.test(String(key))) yield [String(key), value];
  }
}

function readTensors(
  dict: Map<unknown, unknown>,
  { storageBytes }: Checkpoint,
  source: string,
  budget: { bytesLeft: number; tensorsLeft: number },
): Map<string, SafetensorsTensor> {
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, value] of dict) {
    if (typeof name !== 'string' || !(value instanceof StridedTensor)) continue;
    budget.bytesLeft -= value.elementCount * elementBytes(value.storage.dtype);
    budget.tensorsLeft -= 1;
    if (!(budget.bytesLeft >= 0)) throw invalidWeights(source, 'its tensors are larger than the file');
    if (budget.tensorsLeft < 0) throw invalidWeights(source, `expected at most ${MAX_TENSORS} tensors`);
    const shown = name.slice(0, 200);
    const storage = storageBytes(value.storage);
    if (storage === undefined) throw invalidWeights(source, `the storage of '${shown}' is missing`);
    tensors.set(name, materialize(value, storage, `${source} ('${shown}')`));
  }
  return tensors;
}

function namesOf(dicts: ReadonlyMap<string, unknown>): string {
  return [...dicts.keys()]
    .slice(0, 10)
    .map((name) => (name === '' ? 'one at the top' : `'${name.slice(0, 100)}'`))
    .join(', ');
}
