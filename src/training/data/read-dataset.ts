import { resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { assembleDataset, type Dataset, type DatasetFormat } from './dataset.js';
import { ProblemLog } from './dataset-problems.js';
import { detectFormat } from './detect-format.js';
import { readCoco } from './formats/coco.js';
import { readCub } from './formats/cub.js';
import { readImageFolder } from './formats/image-folder.js';
import { readParquet } from './formats/parquet.js';
import type { DatasetReader, ReaderOptions } from './formats/reader.js';
import { readTextFiles } from './formats/text-files.js';
import { readWebDataset } from './formats/web-dataset.js';

const READERS: Readonly<Record<DatasetFormat, DatasetReader>> = {
  'image-folder': readImageFolder,
  'text-files': readTextFiles,
  cub: readCub,
  coco: readCoco,
  parquet: readParquet,
  webdataset: readWebDataset,
};

export interface DatasetOptions extends ReaderOptions {
  /** The layout. @default found out from what is there */
  format?: DatasetFormat | undefined;
}

/**
 * Reads a data set of any known layout: which pictures there are, with captions, split and class. Without a split a tenth is
 * held out by name. Pictures are not decoded.
 * @param place folder or file.
 * @param log where problems go. @default one that throws the first error
 * @throws {WordbrushError} `DATASET_INVALID`, naming file and line; `PACKAGE_MISSING`; `OUTPUT_NOT_WRITABLE` where pictures
 * of Parquet cannot be unpacked.
 */
export async function readDataset(
  place: string,
  options: DatasetOptions = {},
  log = new ProblemLog(true),
): Promise<Dataset> {
  try {
    const format = options.format ?? (await detectFormat(place));
    const listed = await READERS[format](place, log, options);
    return assembleDataset(resolve(place), format, listed, log);
  } catch (error) {
    throw isSystemError(error) ? unreadable(place, error) : error;
  }
}

function unreadable(place: string, cause: Error & { path?: unknown }): WordbrushError {
  const path = typeof cause.path === 'string' ? cause.path : resolve(place);
  return new WordbrushError('DATASET_INVALID', `Expected to read ${path}: ${reasonOf(cause)}.`, {
    hint: 'Give yourself the right to read it, or take it out of the data set.',
    cause,
    details: { path },
  });
}

/** Of Node's file system: `EACCES` and the like. */
function isSystemError(error: unknown): error is Error & { path?: unknown } {
  return error instanceof Error && 'syscall' in error;
}
