import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { WordbrushError } from '../../../sdk/errors.js';
import { type FetchPackageOptions, fetchPackage, type PinnedPackage } from './fetch-package.js';
import { selectEmoji } from './select-emoji.js';
import { type EmojiDataset, writeEmojiDataset } from './write-emoji-dataset.js';

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

/**
 * Builds the emoji data set: pictures on white as PNG, label and tags as captions, and `metadata.jsonl` with one line a
 * picture. 1,394 pictures, about 60 MB at 256 pixels. The folder appears whole or not at all.
 * @throws {WordbrushError} `INVALID_OPTION`, `OUTPUT_NOT_WRITABLE`, `NETWORK`, `INTEGRITY_MISMATCH`,
 * `DATASET_INVALID` or `ABORTED`.
 */
export async function buildEmojiDataset(options: EmojiDatasetOptions): Promise<EmojiDataset> {
  const { size = 256, onProgress } = options;
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
  return await writeEmojiDataset(emoji, pictures, {
    folder,
    size,
    signal: options.signal,
    onProgress: (done, total) => onProgress?.({ phase: 'write', done, total }),
  });
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
