import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { cacheFolder } from '../../../sdk/runtime/node/folder-cache.js';
import { type ListedImage, withoutLoneTestSplit } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';
import { filesUnder } from '../files-under.js';
import { splitOfPath } from '../split-of-path.js';
import { loadHyparquet } from './load-hyparquet.js';
import type { ReaderOptions } from './reader.js';
import { readUnpacked, type UnpackedRow, unpackParquet } from './unpack-parquet.js';

/** Part of the name of unpacked files: another way of unpacking must not find them. */
const UNPACKING = 'v1';

/**
 * Parquet files with a column of encoded pictures, as hubs publish them (`image`: a struct of `bytes` and `path`, or plain
 * bytes), and columns of captions: a text, a list of texts, or several columns. `class_id`, `label` or `class` is the class. A
 * file or folder called `train`, `test` or `validation` is a split. Rows of a Parquet file cannot be read one by one, so the
 * pictures are unpacked once into a file in the user's cache, and read from there. A row without picture or caption is left
 * out, with a warning.
 * @param place a folder, or one file.
 * @throws WordbrushError DATASET_INVALID, PACKAGE_MISSING, OUTPUT_NOT_WRITABLE
 */
export async function readParquet(
  place: string,
  log: ProblemLog,
  options: ReaderOptions,
): Promise<ListedImage[]> {
  const images: ListedImage[] = [];
  for (const file of await parquetFilesAt(place)) {
    const folder = join(options.cache ?? parquetCache(), await keyOf(file, options));
    const rows = (await readUnpacked(folder)) ?? (await unpack(file, folder, log, options));
    const name = (file === resolve(place) ? basename(file) : relative(resolve(place), file))
      .split(sep)
      .join('/');
    images.push(...listRows(rows, { file, folder, name, log }));
  }
  return withoutLoneTestSplit(images, place, log);
}

/** The Parquet files at a place, in order of their names. */
export async function parquetFilesAt(place: string): Promise<string[]> {
  const path = resolve(place);
  if (path.toLowerCase().endsWith('.parquet')) return [path];
  return (await filesUnder(path)).filter((file) => file.toLowerCase().endsWith('.parquet'));
}

async function unpack(
  file: string,
  folder: string,
  log: ProblemLog,
  options: ReaderOptions,
): Promise<UnpackedRow[]> {
  try {
    return await unpackParquet(await loadHyparquet(), file, folder, options);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    log.error({ path: file }, error.message, error);
    return [];
  }
}

interface FileContext {
  file: string;
  folder: string;
  name: string;
  log: ProblemLog;
}

function listRows(rows: readonly UnpackedRow[], { file, folder, name, log }: FileContext): ListedImage[] {
  const split = splitOfPath(name);
  return rows.flatMap(({ captions, range, classId }, index): ListedImage[] => {
    const place = { path: file, line: index + 1 };
    if (range === undefined) log.warn(place, 'has no picture and was left out');
    else if (captions.length === 0) log.warn(place, 'has no caption and was left out');
    else {
      return [
        {
          ...{ fileName: `${name}/${index + 1}`, path: join(folder, 'pictures'), range, captions, split },
          ...{ group: undefined, classId, listedIn: file, line: index + 1 },
        },
      ];
    }
    return [];
  });
}

function parquetCache(): string {
  const own = process.env.WORDBRUSH_CACHE;
  return join(own ? own : dirname(cacheFolder()), 'parquet');
}

/** Another file, a changed one and other columns have other keys. */
async function keyOf(file: string, { captionColumns, imageColumn }: ReaderOptions): Promise<string> {
  const { size, mtimeMs } = await stat(file);
  const facts = JSON.stringify([UNPACKING, file, size, mtimeMs, captionColumns ?? null, imageColumn ?? null]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 32);
}
