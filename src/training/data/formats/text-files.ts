import { readFile } from 'node:fs/promises';
import { extname, relative, resolve, sep } from 'node:path';
import { reasonOf } from '../../../sdk/errors.js';
import { type ListedImage, withoutLoneTestSplit } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';
import { filesUnder } from '../files-under.js';
import { splitOfPath } from '../split-of-path.js';
import { captionsOfText } from '../usable-captions.js';

/** Endings of pictures, in small letters. */
export const PICTURE_ENDINGS: readonly string[] = [
  '.jpg',
  '.jpeg',
  '.png',
  '.webp',
  '.avif',
  '.gif',
  '.tif',
  '.tiff',
];

/**
 * A folder of pictures, at any depth, each with a text file of its name beside it: `birds/one.jpg` and `birds/one.txt`, a
 * caption a line. Folders called `train`, `test` or `val` are splits. Pictures without a caption are left out, with a warning.
 */
export async function readTextFiles(folder: string, log: ProblemLog): Promise<ListedImage[]> {
  const root = resolve(folder);
  const paths = await filesUnder(root, (path, why) => log.warn({ path }, why));
  const texts = new Map(
    paths.filter((path) => endingOf(path) === '.txt').map((path) => [withoutEnding(path), path]),
  );
  const images: ListedImage[] = [];
  for (const path of paths) {
    if (!PICTURE_ENDINGS.includes(endingOf(path))) continue;
    const textFile = texts.get(withoutEnding(path));
    const fileName = relative(root, path).split(sep).join('/');
    if (textFile === undefined) {
      log.warn({ path }, 'has no .txt of its name beside it and was left out');
      continue;
    }
    const captions = await readCaptions(textFile, log);
    if (captions === undefined) continue;
    if (captions.length === 0) {
      log.warn({ path: textFile }, 'has no caption; its picture was left out');
      continue;
    }
    const split = splitOfFolders(fileName);
    images.push({
      ...{ fileName, path, captions, split, group: undefined, classId: undefined },
      ...{ listedIn: textFile, line: 1 },
    });
  }
  return withoutLoneTestSplit(images, root, log);
}

/** Undefined for a text that cannot be read, which was reported. */
async function readCaptions(path: string, log: ProblemLog): Promise<string[] | undefined> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    log.error({ path }, `cannot be read: ${reasonOf(cause)}`, cause);
    return undefined;
  }
  return captionsOfText(bytes, path, log);
}

/** In small letters, with the full stop. */
function endingOf(path: string): string {
  return extname(path).toLowerCase();
}

function withoutEnding(path: string): string {
  return path.slice(0, path.length - extname(path).length);
}

/** By folders alone: the name of a picture may be about a train. */
function splitOfFolders(fileName: string) {
  return fileName.includes('/') ? splitOfPath(fileName.slice(0, fileName.lastIndexOf('/'))) : undefined;
}
