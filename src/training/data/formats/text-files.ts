import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import type { ListedImage } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';
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
  const paths = await filesUnder(root);
  const known = new Set(paths);
  const images: ListedImage[] = [];
  for (const path of paths) {
    if (!PICTURE_ENDINGS.includes(extname(path).toLowerCase())) continue;
    const textFile = path.slice(0, -extname(path).length).concat('.txt');
    const fileName = relative(root, path).split(sep).join('/');
    if (!known.has(textFile)) {
      log.warn({ path }, 'has no .txt of its name beside it and was left out');
      continue;
    }
    const captions = captionsOfText(await readFile(textFile), textFile, log);
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
  return images;
}

/** All files under a folder, in order of their paths; hidden ones and those in hidden folders are left out. */
export async function filesUnder(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const isHidden = (path: string) =>
    relative(root, path)
      .split(sep)
      .some((part) => part.startsWith('.'));
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isHidden(path))
    .sort();
}

/** By folders alone: the name of a picture may be about a train. */
function splitOfFolders(fileName: string) {
  return fileName.includes('/') ? splitOfPath(fileName.slice(0, fileName.lastIndexOf('/'))) : undefined;
}
