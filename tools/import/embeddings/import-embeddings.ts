import { dirname, extname, join } from 'node:path';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { writeWholeFile } from '../../../src/sdk/runtime/node/write-file.js';
import type { Dataset } from '../../../src/training/data/dataset.js';
import { type DatasetOptions, readDataset } from '../../../src/training/data/read-dataset.js';
import {
  float32Of,
  type SafetensorsTensor,
  writeSafetensors,
} from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { readEmbeddings, readFileNames } from '../numpy/read-embeddings.js';
import { openSource } from '../weight-source.js';
import { matchPictures } from './match-pictures.js';

/** What StackGAN's data sets call the list of pictures beside each pickle of vectors. */
const FILE_NAMES = 'filenames.pickle';

export interface ImportEmbeddingsOptions extends DatasetOptions {
  /** Pickles of vectors, such as `char-CNN-RNN-embeddings.pickle` of `train/` and of `test/`. */
  embeddings: readonly string[];
  /** The pickle of picture names that goes with a single one of them. @default `filenames.pickle` beside each */
  fileNames?: string | undefined;
  /** Folder or file of the data set whose pictures are trained on. */
  data: string;
  /** The `.safetensors` to write. */
  out: string;
}

export interface ImportEmbeddingsReport {
  /** Pictures of the data set that have vectors, and how many vectors they have together. */
  pictures: number;
  vectors: number;
  /** Numbers of a vector. */
  sentenceDim: number;
  /** Names of the pickles that are no picture of the data set. */
  unmatched: readonly string[];
  /** Held-out pictures of the data set without vectors; training does not read theirs. */
  withoutVectors: readonly string[];
}

/**
 * Writes the sentence vectors that StackGAN's data sets come with as a file that `textEncoder.kind` "vectors" reads: a
 * tensor a picture, `[captions, sentenceDim]` float32, under its name in the data set. Whole or not at all.
 * @throws {WordbrushError} `INVALID_OPTION`; `FILE_MISSING`; `WEIGHTS_INVALID` for pickles that are damaged or do not go
 * together; `DATASET_INVALID` for a data set that cannot be read, or with pictures to train on that have no vectors.
 */
export async function importEmbeddings(options: ImportEmbeddingsOptions): Promise<ImportEmbeddingsReport> {
  const { embeddings, fileNames, data, out, ...datasetOptions } = options;
  requireFiles(options);
  const dataset = await readDataset(data, datasetOptions);
  const names: string[] = [];
  const arrays: SafetensorsTensor[] = [];
  for (const path of embeddings) {
    const read = await readPair(path, fileNames ?? join(dirname(path), FILE_NAMES));
    requireSameDim(read.arrays, arrays, path);
    for (const name of read.names) names.push(name);
    for (const array of read.arrays) arrays.push(array);
  }
  const pictures = dataset.images.map(({ fileName }) => fileName);
  const { byPicture, unmatched, twice } = matchPictures(names, pictures);
  if (twice !== undefined) {
    throw invalidWeights(embeddings.join(', '), `expected vectors of ${twice} once, several names mean it`);
  }
  requireTrained(dataset, byPicture, embeddings);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const picture of pictures) {
    const array = arrays[byPicture.get(picture) ?? -1];
    if (array !== undefined) tensors.set(picture, array);
  }
  await writeWholeFile(out, writeSafetensors(tensors));
  return {
    pictures: tensors.size,
    vectors: [...tensors.values()].reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0),
    sentenceDim: arrays[0]?.shape[1] ?? 0,
    unmatched,
    withoutVectors: pictures.filter((picture) => !byPicture.has(picture)),
  };
}

/** Vectors and names of one folder, float32, of one length. */
async function readPair(
  path: string,
  namesPath: string,
): Promise<{ names: string[]; arrays: SafetensorsTensor[] }> {
  const names = readFileNames((await openSource(namesPath)).bytes, namesPath);
  const arrays = readEmbeddings((await openSource(path)).bytes, path).map((array, index) => {
    const { shape } = array;
    const data = isFloat(array) ? float32Of(array) : undefined;
    // One number that is none would make a whole training NaN, hours later.
    if (data?.every(Number.isFinite) !== true) {
      throw invalidWeights(path, `expected finite floating-point numbers, picture ${index} has others`);
    }
    if (data.length === 0) throw invalidWeights(path, `expected vectors of picture ${index}, there are none`);
    return { dtype: 'F32', shape, data } as const;
  });
  if (arrays.length === names.length) return { names, arrays };
  throw invalidWeights(
    path,
    `expected vectors of ${names.length} pictures, as ${namesPath} names, received those of ${arrays.length}`,
  );
}

function isFloat({ dtype }: SafetensorsTensor): boolean {
  return dtype === 'F32' || dtype === 'F64' || dtype === 'F16';
}

function requireFiles({ embeddings, fileNames, out }: ImportEmbeddingsOptions): void {
  if (embeddings.length === 0) {
    throw new WordbrushError('INVALID_OPTION', 'Expected a pickle of vectors, received none.', {
      hint: 'StackGAN calls it char-CNN-RNN-embeddings.pickle.',
    });
  }
  if (embeddings.length > 1 && fileNames !== undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected one pickle of vectors with a list of names, received ${embeddings.length}.`,
      { hint: `Put each beside its own ${FILE_NAMES}.` },
    );
  }
  if (extname(out) !== '.safetensors') {
    throw new WordbrushError('INVALID_OPTION', `Expected out: a .safetensors file, received ${out}.`, {
      hint: 'Training tells by the suffix how to read it.',
    });
  }
}

function requireSameDim(
  arrays: readonly SafetensorsTensor[],
  before: readonly SafetensorsTensor[],
  path: string,
): void {
  const [dim, expected] = [arrays[0]?.shape[1], before[0]?.shape[1]];
  if (expected === undefined || dim === expected) return;
  throw invalidWeights(
    path,
    `expected vectors of ${expected} numbers as in the file before, received ${dim}`,
  );
}

function requireTrained(
  { train, folder }: Dataset,
  byPicture: ReadonlyMap<string, number>,
  embeddings: readonly string[],
): void {
  const missing = train.filter(({ fileName }) => !byPicture.has(fileName));
  const [first] = missing;
  if (first === undefined) return;
  throw new WordbrushError(
    'DATASET_INVALID',
    `Expected vectors of all ${train.length} pictures to train on in ${folder}, ${missing.length} have none, such as ${first.fileName}.`,
    {
      hint: 'Give the pickles of every split, and the data set that they were made for.',
      details: { path: folder, embeddings, missing: missing.length, fileName: first.fileName },
    },
  );
}
