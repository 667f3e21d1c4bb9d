import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import type { Box } from '../captioned-image.js';
import type { ListedImage } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';
import { decodeLines } from '../decode-lines.js';
import type { Split } from '../test-split.js';
import { captionsOfText } from '../usable-captions.js';

/** What the archive of CUB-200-2011 unpacks to. */
const UNPACKED = 'CUB_200_2011';
/** Folders that the captions are published in. */
const TEXT_FOLDERS = ['text', 'text_c10'];

/**
 * CUB-200-2011 as published: `images.txt`, `images/`, and where they are there `bounding_boxes.txt` (the crop of StackGAN),
 * `image_class_labels.txt` and `train_test_split.txt`; captions, ten a picture, in `text/CLASS/PICTURE.txt` in or beside that
 * folder. Captions that are no UTF-8 are read as Windows-1252, with a warning.
 * @param folder the one with `images.txt`, or the one around it.
 * @throws WordbrushError DATASET_INVALID, naming file and line
 */
export async function readCub(folder: string, log: ProblemLog): Promise<ListedImage[]> {
  const root = await cubRoot(folder);
  if (root === undefined) throw notCub(folder);
  const texts = await textFolder(folder, root);
  const boxes = await readTable(root, 'bounding_boxes.txt', log, 4);
  const classes = await readTable(root, 'image_class_labels.txt', log, 1);
  const splits = await readTable(root, 'train_test_split.txt', log, 1);
  const images: ListedImage[] = [];
  const list = join(root, 'images.txt');
  for (const { text, line } of decodeLines(await readFile(list))) {
    if (text.trim() === '') continue;
    const place = { path: list, line };
    const [, id, name] = /^(\d+)\s+(\S.*?)\s*$/.exec(text) ?? [];
    if (id === undefined || name === undefined || name.split('/').includes('..')) {
      log.error(place, `expected a number and a path, got '${text.slice(0, 80)}'`);
      continue;
    }
    const path = join(root, 'images', name);
    const textFile = join(texts, name.replace(/\.\w+$/, '.txt'));
    const captions = await readCaptions(textFile, log);
    if (!(await isThere(path)))
      log.error(place, `expected the picture images/${name}, but there is no such file`);
    else if (captions === undefined)
      log.error(place, `expected its captions in ${textFile}, but there is no such file`);
    else if (captions.length === 0) log.warn({ path: textFile }, 'has no caption; its picture was left out');
    else {
      images.push({
        ...{ fileName: `images/${name}`, path, captions, box: boxOf(boxes?.get(id)) },
        ...{ split: splitOf(splits?.get(id)), group: name.split('/')[0], classId: classes?.get(id)?.[0] },
        ...{ listedIn: list, line },
      });
    }
  }
  return images;
}

/** The folder of `images.txt`: this one, or `CUB_200_2011` in it. */
export async function cubRoot(folder: string): Promise<string | undefined> {
  const root = resolve(folder);
  for (const candidate of [root, join(root, UNPACKED)]) {
    if (await isThere(join(candidate, 'images.txt'))) return candidate;
  }
  return undefined;
}

async function textFolder(folder: string, root: string): Promise<string> {
  const around = [root, resolve(folder), resolve(root, '..')];
  const candidates = around.flatMap((place) => TEXT_FOLDERS.map((name) => join(place, name)));
  for (const candidate of candidates) if (await isThere(candidate)) return candidate;
  throw new WordbrushError(
    'DATASET_INVALID',
    `Expected captions in ${candidates[0]}, but there is no such folder.`,
    {
      hint: 'CUB-200-2011 comes without captions; those of Reed et al. are published apart, as text/CLASS/PICTURE.txt.',
      details: { path: root },
    },
  );
}

/** Lines of a picture's number and `width` numbers, by the first; undefined where the file is not there. */
async function readTable(
  root: string,
  name: string,
  log: ProblemLog,
  width: number,
): Promise<ReadonlyMap<string, readonly number[]> | undefined> {
  const path = join(root, name);
  const bytes = await readFile(path).catch(() => undefined);
  if (bytes === undefined) {
    log.warn({ path }, 'is not there; the data set is read without it');
    return undefined;
  }
  const rows = new Map<string, readonly number[]>();
  for (const { text, line } of decodeLines(bytes)) {
    const [id = '', ...cells] = text.trim().split(/\s+/);
    const numbers = cells.map(Number);
    if (id === '') continue;
    if (numbers.length === width && numbers.every(Number.isFinite)) rows.set(id, numbers);
    else log.error({ path, line }, `expected ${1 + width} numbers, got '${text.slice(0, 80)}'`);
  }
  return rows;
}

function boxOf([left, top, width, height]: readonly number[] = []): Box | undefined {
  if (left === undefined || top === undefined || width === undefined || height === undefined)
    return undefined;
  return { left, top, width, height };
}

function splitOf([isTraining]: readonly number[] = []): Split | undefined {
  if (isTraining === undefined) return undefined;
  return isTraining === 1 ? 'train' : 'test';
}

async function readCaptions(path: string, log: ProblemLog): Promise<string[] | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  return bytes === undefined ? undefined : captionsOfText(bytes, path, log);
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function notCub(folder: string): WordbrushError {
  const reason = reasonOf(`Expected images.txt of CUB-200-2011 in ${folder}, or in ${UNPACKED} there`);
  return new WordbrushError('DATASET_INVALID', `${reason}.`, {
    hint: 'Unpack CUB_200_2011.tgz and name the folder that it makes.',
    details: { path: folder },
  });
}
