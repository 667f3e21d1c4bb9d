import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';

/** A sample grid that stands in a page itself. */
export interface EmbeddedSample {
  step: number;
  /** `data:image/webp;base64,...` */
  source: string;
  /** In pixels. */
  width: number;
  height: number;
}

/** More would make a page of many megabytes. */
const MOST_SAMPLES = 24;
const MOST_WIDTH = 640;
const QUALITY = 82;

/**
 * The sample grids of a folder, evenly chosen where there are many, the first and the last among them, as WebP of at most
 * 640 pixels.
 * @param suffix what follows the step in their names, before `.png`.
 * @throws WordbrushError IMAGE_INVALID for one that is no picture.
 */
export async function embedSamples(folder: string, suffix = ''): Promise<EmbeddedSample[]> {
  const pattern = new RegExp(`^(\\d+)${suffix}\\.png$`);
  const names = (await readdir(folder).catch(() => [])).filter((name) => pattern.test(name)).sort();
  return Promise.all(
    evenly(names, MOST_SAMPLES).map((name) =>
      embed(join(folder, name), Number(pattern.exec(name)?.[1] ?? 0)),
    ),
  );
}

async function embed(path: string, step: number): Promise<EmbeddedSample> {
  try {
    const { data, info } = await sharp(path)
      .resize({ width: MOST_WIDTH, withoutEnlargement: true })
      .webp({ quality: QUALITY })
      .toBuffer({ resolveWithObject: true });
    const source = `data:image/webp;base64,${data.toString('base64')}`;
    return { step, source, width: info.width, height: info.height };
  } catch (cause) {
    throw new WordbrushError('IMAGE_INVALID', `${path} is no picture: ${reasonOf(cause)}.`, {
      cause,
      hint: 'Delete it: training writes the next one anew.',
      details: { path },
    });
  }
}

/** At most `count` of the items at even distances, the first and the last among them. */
export function evenly<Item>(items: readonly Item[], count: number): Item[] {
  if (items.length <= count) return [...items];
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  );
}
