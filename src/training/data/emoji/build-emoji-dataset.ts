import { access, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import sharp from 'sharp';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { type Split, splitByName } from '../test-split.js';
import { type FetchPackageOptions, fetchPackage, type PinnedPackage } from './fetch-package.js';
import { type SelectedEmoji, selectEmoji } from './select-emoji.js';

/** Microsoft's Fluent emoji in their 3D style, 256×256 WebP with transparency; MIT. */
export const PICTURE_PACKAGE: PinnedPackage = {
  name: '@lobehub/fluent-emoji-3d',
  version: '1.1.0',
  integrity:
    'sha512-Wlq2lVStTnr8BDpIJ0pEnTKO4LuDxxqTEhTvRtD1DLRF0me7ogeRQjKoehDHXuVJ2Qaecgl5wRBv60lUAG3h7g==',
};

/** Labels, tags and groups of Unicode's emoji; MIT. */
export const CAPTION_PACKAGE: PinnedPackage = {
  name: 'emojibase-data',
  version: '17.0.0',
  integrity:
    'sha512-Yvgb5AWoHViHV/gq1qr5ZAarcBip+B27/ZLRsUJkbgAEaLlZ/fof9g882LTpmEpyhBNEC0m2SEmItljHsTygjA==',
};

/** Side of the source pictures in pixels. */
const SOURCE_SIZE = 256;
/** Pictures decoded at a time: enough to keep a few cores busy. */
const CONCURRENCY = 8;

export interface EmojiDatasetOptions extends FetchPackageOptions {
  /** Folder to write; it must not exist yet. */
  out: string;
  /** Side of the pictures in pixels, 16 to 1024. @default 256, the size of the originals */
  size?: number;
  onProgress?: (progress: EmojiProgress) => void;
}

export type EmojiProgress =
  | { phase: 'fetch'; name: string }
  | { phase: 'write'; done: number; total: number };

export interface EmojiDataset {
  folder: string;
  train: number;
  test: number;
}

/** One line of `metadata.jsonl`. */
interface MetadataLine {
  file_name: string;
  captions: string[];
  group: string;
  split: Split;
  hexcode: string;
}

/**
 * Builds the emoji data set: pictures on white as PNG, label and tags as captions, and `metadata.jsonl` with one line a
 * picture. 1,394 pictures, about 60 MB at 256 pixels. The folder appears whole or not at all.
 * @throws {WordbrushError} `INVALID_OPTION`, `OUTPUT_NOT_WRITABLE`, `NETWORK`, `INTEGRITY_MISMATCH`,
 * `DATASET_INVALID` or `ABORTED`.
 */
export async function buildEmojiDataset(options: EmojiDatasetOptions): Promise<EmojiDataset> {
  const { size = SOURCE_SIZE, onProgress } = options;
  if (!Number.isInteger(size) || size < 16 || size > 1024) {
    throw new WordbrushError('INVALID_OPTION', `Expected a size of 16 to 1024 whole pixels, got ${size}.`, {
      hint: 'Leave it out for 256.',
    });
  }
  const folder = resolve(options.out);
  await refuseExisting(folder);
  onProgress?.({ phase: 'fetch', name: PICTURE_PACKAGE.name });
  const pictures = await fetchPackage(PICTURE_PACKAGE, options);
  onProgress?.({ phase: 'fetch', name: CAPTION_PACKAGE.name });
  const captions = await fetchPackage(CAPTION_PACKAGE, options);
  const emoji = selectEmoji(
    Buffer.from(captions.get('en/data.json') ?? []).toString('utf8'),
    pictures.keys(),
  );
  return await writeWhole(folder, (partial) => writeDataset(partial, emoji, pictures, { ...options, size }));
}

async function refuseExisting(folder: string): Promise<void> {
  const exists = await access(folder).then(
    () => true,
    () => false,
  );
  if (exists) {
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected ${folder} not to exist yet, but it does.`, {
      hint: 'Choose another folder, or remove it first.',
    });
  }
}

/** Lets `write` fill a folder beside the wanted one and moves it into place; on failure nothing stays. */
async function writeWhole(
  folder: string,
  write: (partial: string) => Promise<MetadataLine[]>,
): Promise<EmojiDataset> {
  const partial = `${folder}.partial-${process.pid}`;
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(partial);
    const lines = await write(partial);
    await rename(partial, folder);
    const test = lines.filter(({ split }) => split === 'test').length;
    return { folder, train: lines.length - test, test };
  } catch (cause) {
    await rm(partial, { recursive: true, force: true });
    if (cause instanceof WordbrushError) throw cause;
    throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Could not write ${folder}: ${reasonOf(cause)}.`, {
      hint: 'Check that the folder above it can be written and that the disk has 100 MB free.',
      cause,
    });
  }
}

async function writeDataset(
  folder: string,
  emoji: readonly SelectedEmoji[],
  pictures: ReadonlyMap<string, Uint8Array>,
  { size, signal, onProgress }: EmojiDatasetOptions & { size: number },
): Promise<MetadataLine[]> {
  for (const group of new Set(emoji.map((one) => one.group))) {
    await mkdir(join(folder, 'images', group), { recursive: true });
  }
  const lines = emoji.map(metadataLine);
  for (let done = 0; done < emoji.length; done += CONCURRENCY) {
    if (signal?.aborted) throw new WordbrushError('ABORTED', 'Building the emoji data set was aborted.');
    const some = emoji.slice(done, done + CONCURRENCY);
    await Promise.all(
      some.map(async (one, i) => {
        const png = await onWhite(pictures.get(one.asset) ?? new Uint8Array(), one.asset, size);
        await writeFile(join(folder, lines[done + i]?.file_name ?? ''), png);
      }),
    );
    onProgress?.({ phase: 'write', done: Math.min(done + CONCURRENCY, emoji.length), total: emoji.length });
  }
  await writeFile(join(folder, 'metadata.jsonl'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  return lines;
}

function metadataLine({ hexcode, group, captions }: SelectedEmoji): MetadataLine {
  const fileName = `images/${group}/${hexcode}.png`;
  return { file_name: fileName, captions, group, split: splitByName(fileName), hexcode };
}

async function onWhite(webp: Uint8Array, asset: string, size: number): Promise<Buffer> {
  try {
    return await sharp(webp).flatten({ background: '#ffffff' }).resize(size, size).png().toBuffer();
  } catch (cause) {
    throw new WordbrushError('DATASET_INVALID', `Could not decode ${asset}: ${reasonOf(cause)}.`, { cause });
  }
}
