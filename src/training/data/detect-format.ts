import { stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { WordbrushError } from '../../sdk/errors.js';
import type { DatasetFormat } from './dataset.js';
import { filesUnder } from './files-under.js';
import { captionFiles } from './formats/coco.js';
import { cubRoot } from './formats/cub.js';
import { METADATA_FILE } from './formats/image-folder.js';

/** Kinds of files that are named to say what was found instead. */
const MOST_ENDINGS = 6;

/**
 * The layout of the data set at a place: by the ending of a file, in a folder by what it holds. `metadata.jsonl` comes first:
 * whoever writes one means it.
 * @throws WordbrushError DATASET_INVALID where there is nothing, or nothing known.
 */
export async function detectFormat(place: string): Promise<DatasetFormat> {
  const stats = await stat(place).catch(() => undefined);
  if (stats?.isFile()) {
    const found = formatOfFile(place);
    if (found !== undefined) return found;
  }
  if (!stats?.isDirectory()) {
    throw unknownLayout(place, stats === undefined ? 'there is nothing' : 'found a file of another kind');
  }
  if (await isThere(join(place, METADATA_FILE))) return 'image-folder';
  if ((await cubRoot(place)) !== undefined) return 'cub';
  if ((await captionFiles(place)).length > 0) return 'coco';
  const endings = new Set((await filesUnder(place)).map((path) => extname(path).toLowerCase()));
  if (endings.has('.parquet')) return 'parquet';
  if (endings.has('.tar')) return 'webdataset';
  if (endings.has('.txt')) return 'text-files';
  const names = [...endings].filter((ending) => ending !== '').slice(0, MOST_ENDINGS);
  throw unknownLayout(place, names.length === 0 ? 'it is empty' : `it has only files in ${names.join(', ')}`);
}

function unknownLayout(place: string, got: string): WordbrushError {
  return new WordbrushError('DATASET_INVALID', `Expected a data set in ${place}, but ${got}.`, {
    hint: `Give a folder with ${METADATA_FILE}, or with a .txt beside each picture; docs/data.md has all layouts. \`wordbrush data emoji --out DIR\` builds one.`,
    details: { path: place },
  });
}

function formatOfFile(path: string): DatasetFormat | undefined {
  if (/\.parquet$/i.test(path)) return 'parquet';
  if (/\.tar$/i.test(path)) return 'webdataset';
  return path.endsWith('.json') ? 'coco' : undefined;
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
