import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { type ListedImage, withoutLoneTestSplit } from '../dataset.js';
import type { ProblemLog } from '../dataset-problems.js';
import { filesUnder } from '../files-under.js';
import { splitOfPath } from '../split-of-path.js';
import { isCaption } from '../usable-captions.js';

const captionsSchema = z.object({
  images: z.array(z.object({ id: z.union([z.int(), z.string()]), file_name: z.string().min(1) })),
  annotations: z.array(z.object({ image_id: z.union([z.int(), z.string()]), caption: z.string() })),
});

/**
 * COCO's captions: `annotations/captions_*.json`, and the pictures in `train2017/`, `val2017/` and the like, beside
 * `annotations/` or in `images/`. The file's name says the split: what is not `train` is for testing. A picture's place is that
 * in `images` of the JSON, from 1.
 * @param place the folder with `annotations/`, or one such JSON file.
 * @throws WordbrushError DATASET_INVALID
 */
export async function readCoco(place: string, log: ProblemLog): Promise<ListedImage[]> {
  const files = await captionFiles(place);
  if (files.length === 0) {
    throw new WordbrushError(
      'DATASET_INVALID',
      `Expected annotations/captions_*.json in ${place}, found none.`,
      {
        hint: 'Name the folder that holds annotations/, or a captions file.',
        details: { path: place },
      },
    );
  }
  const images: ListedImage[] = [];
  for (const file of files) images.push(...(await readCaptionFile(file, log)));
  return withoutLoneTestSplit(images, place, log);
}

/** Files of captions at a place, in order of their names. */
export async function captionFiles(place: string): Promise<string[]> {
  const path = resolve(place);
  if (path.endsWith('.json')) return [path];
  for (const folder of [join(path, 'annotations'), path]) {
    const names = await readdir(folder).catch(() => []);
    const found = names.filter((name) => /^captions_.*\.json$/.test(name)).sort();
    if (found.length > 0) return found.map((name) => join(folder, name));
  }
  return [];
}

async function readCaptionFile(file: string, log: ProblemLog): Promise<ListedImage[]> {
  const content = await parseCaptionFile(file, log);
  if (content === undefined) return [];
  const captionsOf = new Map<number | string, string[]>(content.images.map(({ id }) => [id, []]));
  for (const [index, { image_id: id, caption: written }] of content.annotations.entries()) {
    const place = { path: file, line: index + 1 };
    const caption = written.trim();
    const captions = captionsOf.get(id);
    if (captions === undefined)
      log.warn(place, `is an annotation of image ${id}, which the file does not list`);
    else if (isCaption(caption)) captions.push(caption);
    else log.warn(place, 'is an annotation without a word and was left out');
  }
  const found = await pictureFolder(file);
  const split = splitOfPath(basename(file));
  const images: ListedImage[] = [];
  for (const [index, { id, file_name: name }] of content.images.entries()) {
    const place = { path: file, line: index + 1 };
    const captions = captionsOf.get(id) ?? [];
    const path = found.files.get(basename(name));
    if (path === undefined)
      log.error(place, `expected the picture ${name} in ${found.folder}, but there is no such file`);
    else if (captions.length === 0)
      log.warn(place, `is an image without captions (${name}) and was left out`);
    else {
      images.push({
        ...{ fileName: `${basename(found.folder)}/${basename(name)}`, path, captions, split },
        ...{ group: undefined, classId: undefined, listedIn: file, line: index + 1 },
      });
    }
  }
  return images;
}

async function parseCaptionFile(file: string, log: ProblemLog) {
  try {
    const text = new TextDecoder().decode(await readFile(file));
    return captionsSchema.parse(JSON.parse(text));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const reason = issue === undefined ? reasonOf(cause) : `${issue.path.join('.')}: ${issue.message}`;
    log.error({ path: file }, `expected captions in COCO's format: ${reason}`, cause);
    return undefined;
  }
}

/** Where the pictures of `captions_NAME.json` are: `NAME/` or `images/NAME/`, else `images/` or all of the data set. */
async function pictureFolder(file: string): Promise<{ folder: string; files: Map<string, string> }> {
  const name = basename(file, '.json').replace(/^captions_/, '');
  const above = dirname(file);
  const root = basename(above) === 'annotations' ? dirname(above) : above;
  const candidates = [join(root, name), join(root, 'images', name), join(root, 'images'), root];
  for (const folder of candidates) {
    const files = await filesUnder(folder).catch(() => undefined);
    if (files !== undefined) return { folder, files: new Map(files.map((path) => [basename(path), path])) };
  }
  return { folder: root, files: new Map() };
}
