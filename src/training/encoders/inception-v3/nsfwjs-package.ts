import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import type { SafetensorsTensor } from '../../weights/safetensors.js';

const MODEL_FOLDER = join('dist', 'models', 'inception_v3');
const SHARDS = 6;

/** An entry of the model's weight manifest as the minified file writes it. */
const ENTRY =
  /\{name:"([^"]+)",shape:\[([\d,]*)\],dtype:"float32",quantization:\{min:(-?[\d.e-]+),scale:([\d.e-]+),dtype:"uint8"\}\}/g;
/**
 * The weights of the Inception-v3 in the npm package `nsfwjs`, by Keras's names (`conv2d_1/kernel`). They are stored as
 * bytes in scripts; this reads the scripts as text and runs nothing of them.
 * @param packageFolder such as `node_modules/nsfwjs`.
 * @throws {WordbrushError} `FILE_MISSING`, or `WEIGHTS_INVALID` where the files are not those of version 4.3.0.
 */
export async function readNsfwjsInception(packageFolder: string): Promise<Map<string, SafetensorsTensor>> {
  const manifest = await readScript(packageFolder, 'model.min.js');
  const entries = [...manifest.matchAll(ENTRY)].map(([, name = '', shape = '', min, scale]) => ({
    name,
    shape: shape.split(',').map(Number),
    min: Number(min),
    scale: Number(scale),
  }));
  const bytes = await readShards(packageFolder);
  const sizes = entries.map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const expected = sizes.reduce((sum, size) => sum + size, 0);
  if (entries.length === 0 || expected !== bytes.length) {
    throw invalid(packageFolder, `expected ${expected} bytes of weights, received ${bytes.length}`);
  }
  const tensors = new Map<string, SafetensorsTensor>();
  let begin = 0;
  for (const [index, { name, shape, min, scale }] of entries.entries()) {
    const end = begin + (sizes[index] ?? 0);
    const data = Float32Array.from(bytes.subarray(begin, end), (byte) => byte * scale + min);
    tensors.set(name, { dtype: 'F32', shape, data });
    begin = end;
  }
  return tensors;
}

async function readShards(packageFolder: string): Promise<Buffer> {
  const shards: Buffer[] = [];
  for (let shard = 1; shard <= SHARDS; shard++) {
    const name = `group1-shard${shard}of${SHARDS}.min.js`;
    const strings = (await readScript(packageFolder, name)).split('"');
    // One string is the weights in base64; all others are words of the module's wrapper.
    const longest = strings.reduce((most, some) => (some.length > most.length ? some : most), '');
    shards.push(Buffer.from(longest, 'base64'));
  }
  return Buffer.concat(shards);
}

async function readScript(packageFolder: string, name: string): Promise<string> {
  const path = join(packageFolder, MODEL_FOLDER, name);
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new WordbrushError('FILE_MISSING', `Could not read ${path}: ${reasonOf(cause)}.`, {
      hint: 'Install the package with `npm install nsfwjs@4.3.0` and give its folder, such as node_modules/nsfwjs.',
      cause,
      details: { path },
    });
  }
}

function invalid(packageFolder: string, reason: string): WordbrushError {
  return new WordbrushError(
    'WEIGHTS_INVALID',
    `Cannot use the Inception-v3 in ${packageFolder}: ${reason}.`,
    {
      hint: 'Version 4.3.0 of nsfwjs is known to work: `npm install nsfwjs@4.3.0`.',
      details: { packageFolder },
    },
  );
}
