import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { readNpy } from '../../data/npy.js';
import { float32Of, readSafetensors } from '../../weights/safetensors.js';
import type { VectorsConfig } from '../config/text-encoder-config.js';
import type { PictureVectors } from './vector-text-source.js';

/**
 * Reads the sentence vectors of pictures, by their names in the data set. Two kinds of files:
 * - `.safetensors`: a tensor a picture, named as its `file_name`, `[sentenceDim]` or `[captions, sentenceDim]`;
 * - `.npy`: rows `[vectors, sentenceDim]`, and beside it a `.txt` with the `file_name` of each row, a line each; a picture
 *   may have several rows.
 * @param pictures names that must all be there.
 * @throws WordbrushError DATASET_INVALID naming file and picture.
 */
export async function readVectors(
  { file, sentenceDim }: VectorsConfig,
  pictures: readonly string[],
): Promise<PictureVectors[]> {
  const byName = extname(file) === '.npy' ? await readRows(file, sentenceDim) : await readTensors(file);
  return pictures.map((name) => {
    const vectors = byName.get(name) ?? [];
    if (vectors.length === 0) throw invalid(file, `expected vectors of the picture ${name}, found none`);
    const odd = vectors.find(({ length }) => length !== sentenceDim);
    if (odd !== undefined) {
      throw invalid(file, `expected vectors of size ${sentenceDim}, but ${name} has one of ${odd.length}`);
    }
    return vectors;
  });
}

async function readTensors(file: string): Promise<Map<string, Float32Array[]>> {
  const { tensors } = readSafetensors(await bytesOf(file), file);
  const byName = new Map<string, Float32Array[]>();
  for (const [name, tensor] of tensors) {
    const values = float32Of(tensor);
    const width = tensor.shape.at(-1) ?? 1;
    byName.set(
      name,
      Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width)),
    );
  }
  return byName;
}

async function readRows(file: string, sentenceDim: number): Promise<Map<string, Float32Array[]>> {
  const { shape, values } = readNpy(await bytesOf(file), file);
  const namesFile = file.replace(/\.npy$/, '.txt');
  const names = new TextDecoder()
    .decode(await bytesOf(namesFile))
    .split(/\r?\n/)
    .filter((line) => line !== '');
  if (shape.length !== 2 || shape[1] !== sentenceDim || shape[0] !== names.length) {
    throw invalid(
      file,
      `expected [${names.length}, ${sentenceDim}], a row a line of ${namesFile}, received [${shape.join(', ')}]`,
    );
  }
  const byName = new Map<string, Float32Array[]>();
  for (const [row, name] of names.entries()) {
    const vector = values.slice(row * sentenceDim, (row + 1) * sentenceDim);
    byName.set(name, [...(byName.get(name) ?? []), vector]);
  }
  return byName;
}

async function bytesOf(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw invalid(file, `cannot be read: ${reasonOf(cause)}`, cause);
  }
}

function invalid(file: string, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('DATASET_INVALID', `${file}: ${reason}.`, {
    cause,
    hint: 'Name the file under textEncoder.file.',
    details: { path: file },
  });
}
