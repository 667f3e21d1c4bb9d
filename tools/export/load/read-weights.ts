import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { float16ToFloat32 } from '../../../src/training/weights/float16.js';
import { sizeOf, type TensorData } from '../graph/tensor-data.js';
import { invalidWeights } from './invalid-saved-model.js';
import type { ModelDescription, WeightEntry } from './model-description.js';
import { readBytes } from './read-bytes.js';

const BYTES = { float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2 } as const;

/**
 * All weights that a model's description lists, by name, dequantised; those of an optimiser are left out.
 * Throws `FILE_MISSING` where a shard is not there, `WEIGHTS_INVALID` where shards are too short or too long.
 */
export async function readWeights(
  modelPath: string,
  { groups }: Pick<ModelDescription, 'groups'>,
): Promise<Map<string, TensorData>> {
  const tensors = new Map<string, TensorData>();
  for (const { paths, weights } of groups) {
    const bytes = await readShards(modelPath, paths);
    const expected = weights.reduce((sum, entry) => sum + storedBytes(entry), 0);
    if (bytes.length !== expected) {
      throw invalidWeights(modelPath, `expected ${expected} bytes of weights, received ${bytes.length}`, {
        details: { shards: paths, expected, received: bytes.length },
      });
    }
    let begin = 0;
    for (const entry of weights) {
      const end = begin + storedBytes(entry);
      if (entry.group !== 'optimizer') tensors.set(entry.name, decode(entry, bytes.subarray(begin, end)));
      begin = end;
    }
  }
  return tensors;
}

async function readShards(modelPath: string, paths: readonly string[]): Promise<Buffer> {
  const shards: Buffer[] = [];
  for (const path of paths) {
    const outside = isAbsolute(path) || normalize(path).startsWith('..');
    if (outside) throw invalidWeights(modelPath, `its shard ${path} lies outside its folder`);
    shards.push(await readShard(modelPath, path));
  }
  return Buffer.concat(shards);
}

/** A shard is a file of bytes, or beside a script a script that exports them as base64. */
async function readShard(modelPath: string, path: string): Promise<Buffer> {
  const suffix = /\.(min\.)?[cm]?js$/u.exec(basename(modelPath))?.[0];
  const file = join(dirname(modelPath), path + (suffix ?? ''));
  const content = await readBytes(file, 'Copy every file that belongs to the model into its folder.');
  if (suffix === undefined) return content;
  // One string is the weights; all others are words of the module's wrapper.
  const strings = content.toString('latin1').split(/["']/u);
  const longest = strings.reduce((most, some) => (some.length > most.length ? some : most), '');
  return Buffer.from(longest, 'base64');
}

function storedBytes({ shape, dtype, quantization }: WeightEntry): number {
  return sizeOf(shape) * BYTES[quantization?.dtype ?? dtype];
}

function decode({ shape, dtype, quantization }: WeightEntry, stored: Buffer): TensorData {
  // A copy, so that numbers of several bytes stand where typed arrays may read them.
  const bytes = Uint8Array.from(stored);
  if (quantization !== undefined) {
    const values = dequantize(quantization, bytes);
    return { shape, data: dtype === 'int32' ? Int32Array.from(values, Math.round) : values };
  }
  if (dtype === 'bool') return { shape, data: bytes };
  return { shape, data: dtype === 'int32' ? new Int32Array(bytes.buffer) : new Float32Array(bytes.buffer) };
}

function dequantize(
  { dtype, min = 0, scale = 1 }: NonNullable<WeightEntry['quantization']>,
  bytes: Uint8Array<ArrayBuffer>,
): Float32Array {
  if (dtype === 'float16') return float16ToFloat32(new Uint16Array(bytes.buffer));
  const levels = dtype === 'uint8' ? bytes : new Uint16Array(bytes.buffer);
  const values = new Float32Array(levels.length);
  for (let index = 0; index < levels.length; index++) values[index] = (levels[index] ?? 0) * scale + min;
  return values;
}
