// Makes test/fixtures/oracles from a whole folder of oracles: one case of every kind, large results made smaller.
//   npx tsx scripts/select-oracles.ts FOLDER
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  readSafetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from '../src/training/weights/safetensors.js';
import { kindOf } from '../tools/parity/comparison.js';

const TARGET = 'test/fixtures/oracles';
const CASES = [
  ...['v1-stage1-g', 'v1-stage1-d', 'v1-stage1-step', 'v1-stage2-g'],
  ...['v2-g-uncond', 'v2-d64', 'v2-color', 'v2-step'],
  ...['attngan-g-2stage', 'attngan-d64', 'attngan-step'],
  ...['attngan-text-encoder', 'attngan-damsm-losses', 'attngan-damsm-step', 'attngan-resize299'],
  ...['kl-loss', 'adam'],
];
/** Kept as they are: tests of single parts read them too. */
const WHOLE = new Set([
  'v1-stage1-g',
  'v1-stage1-d',
  'v2-color',
  'attngan-damsm-losses',
  'attngan-resize299',
]);
/** Results with more elements are kept as every fifth pixel, or not at all if they are no maps. */
const MOST_ELEMENTS = 4096;
const STEP = 5;

interface TensorEntry {
  shape: readonly number[];
  [key: string]: unknown;
}

interface CaseEntry {
  case: string;
  file: string;
  tensors: Record<string, TensorEntry>;
  [key: string]: unknown;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Expected a folder of oracles.');
const { checkpoints: _, ...index } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
await mkdir(TARGET, { recursive: true });
const cases: CaseEntry[] = [];
let totalBytes = 0;
for (const name of CASES) {
  const entry: CaseEntry | undefined = index.cases.find((each: CaseEntry) => each.case === name);
  if (entry === undefined) throw new Error(`Expected a case ${name} in ${folder}.`);
  const { tensors } = readSafetensors(await readFile(join(folder, entry.file)), entry.file);
  const selected = WHOLE.has(name) ? { tensors, entries: entry.tensors } : smaller(tensors, entry.tensors);
  const bytes = writeSafetensors(selected.tensors);
  totalBytes += bytes.length;
  await replaceFile(join(TARGET, entry.file), bytes);
  cases.push({ ...entry, bytes: bytes.length, tensors: selected.entries });
}
await replaceFile(join(TARGET, 'index.json'), `${JSON.stringify({ ...index, cases }, null, 1)}\n`);
console.log(`${cases.length} cases, ${totalBytes} bytes`);

function smaller(tensors: ReadonlyMap<string, SafetensorsTensor>, entries: Record<string, TensorEntry>) {
  const kept = new Map<string, SafetensorsTensor>();
  const keptEntries: Record<string, TensorEntry> = {};
  const keep = (name: string, tensor: SafetensorsTensor, entry: TensorEntry) => {
    kept.set(name, tensor);
    keptEntries[name] = { ...entry, shape: tensor.shape };
  };
  for (const [name, tensor] of tensors) {
    const entry = entries[name];
    if (entry === undefined) throw new Error(`Expected ${name} in the index.`);
    if (kindOf(name) === undefined || tensor.data.length <= MOST_ELEMENTS) keep(name, tensor, entry);
    else if (name.startsWith('out.') && tensor.shape.length === 4 && !/\.(s\d|row0)$/.test(name)) {
      keep(`${name}.s${STEP}`, everyPixel(tensor), entry);
    }
  }
  return { tensors: kept, entries: keptEntries };
}

/** `x[:, :, ::STEP, ::STEP]` */
function everyPixel(tensor: SafetensorsTensor): SafetensorsTensor {
  const [batch = 0, channels = 0, height = 0, width = 0] = tensor.shape;
  const values: number[] = [];
  for (let map = 0; map < batch * channels; map++) {
    for (let row = 0; row < height; row += STEP) {
      for (let column = 0; column < width; column += STEP) {
        values.push(Number(tensor.data[(map * height + row) * width + column]));
      }
    }
  }
  const shape = [batch, channels, Math.ceil(height / STEP), Math.ceil(width / STEP)];
  return { dtype: 'F32', shape, data: Float32Array.from(values) };
}

async function replaceFile(path: string, data: string | Uint8Array): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  await writeFile(partial, data);
  await rename(partial, path);
}
