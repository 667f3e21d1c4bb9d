import { WordbrushError } from '../errors.js';
import { throwIfAborted } from '../generation/abort.js';
import type { ReportProgress } from '../generation/progress.js';
import { allOrNone } from './all-or-none.js';
import type { BundleFiles, ReadOptions } from './bundle-files.js';
import { describeFile } from './describe-file.js';
import type { FileDescription, Manifest } from './manifest.js';
import { parseManifest } from './parse-manifest.js';

export const MANIFEST_FILE = 'manifest.json';

/** A manifest is a few kilobytes; more is a mistake or made to fill the memory. */
export const MAX_MANIFEST_BYTES = 1_048_576;

/** What a bundle is read for. */
export type BundlePurpose = 'text' | 'drawing' | 'scoring';

/** Verified bytes by path inside the bundle. */
export interface VerifiedFiles {
  /** @throws WordbrushError FILE_MISSING if it is none of those that were asked for. */
  bytesOf(file: string): Uint8Array;
}

/** An open bundle: its manifest is checked; a file is verified when it is read. */
export interface Bundle {
  readonly location: string;
  readonly manifest: Manifest;
  /**
   * Reads the files that some purposes take, and verifies each file's size and sha256 before anything is made of it.
   * @throws WordbrushError FILE_MISSING, INTEGRITY_MISMATCH, ABORTED.
   */
  read(
    purposes: readonly BundlePurpose[],
    report: ReportProgress,
    signal: AbortSignal | undefined,
  ): Promise<VerifiedFiles>;
}

/**
 * Opens a bundle by its manifest.
 * @throws WordbrushError MODEL_NOT_FOUND, MANIFEST_VERSION, MANIFEST_INVALID.
 */
export async function openBundle(files: BundleFiles): Promise<Bundle> {
  const manifest = await readManifest(files);
  return {
    location: files.location,
    manifest,
    read: (purposes, report, signal) => {
      const paths = new Set(purposes.flatMap((purpose) => filesFor(manifest, purpose)));
      return readFiles(files, manifest, [...paths], report, signal);
    },
  };
}

async function readFiles(
  files: BundleFiles,
  manifest: Manifest,
  paths: readonly string[],
  report: ReportProgress,
  signal: AbortSignal | undefined,
): Promise<VerifiedFiles> {
  const descriptions = paths.map((path): [string, FileDescription] => [path, describedFile(manifest, path)]);
  const total = descriptions.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  const downloads = new DownloadProgress(total, report);
  const contents = new Map<string, Uint8Array>();
  let completed = 0;
  await allOrNone(descriptions, signal, async ([path, expected], own) => {
    const onBytes = (received: number): void => downloads.received(path, received);
    contents.set(path, await readVerified(files, path, expected, { signal: own, onBytes }));
    throwIfAborted(own);
    downloads.ended(path, expected.bytes);
    completed += expected.bytes;
    report({ phase: 'verify', completed, total, file: path });
  });
  return {
    bytesOf: (file) => {
      const bytes = contents.get(file);
      if (bytes === undefined) {
        throw fileMissing(files.location, file);
      }
      return bytes;
    },
  };
}

/** Reports downloads, if there are any; one that was begun again reports nothing until it is further than before. */
class DownloadProgress {
  readonly #total: number;
  readonly #report: ReportProgress;
  readonly #bytesOf = new Map<string, number>();
  #reached = 0;
  #begun = false;

  constructor(total: number, report: ReportProgress) {
    this.#total = total;
    this.#report = report;
  }

  /** @param bytes of this file so far. */
  received(file: string, bytes: number): void {
    this.#begun = true;
    this.ended(file, bytes);
  }

  /** The file is there with so many bytes, downloaded or not. */
  ended(file: string, bytes: number): void {
    this.#bytesOf.set(file, bytes);
    const completed = Array.from(this.#bytesOf.values()).reduce((sum, each) => sum + each, 0);
    if (this.#begun && completed > this.#reached) {
      this.#reached = completed;
      this.#report({ phase: 'download', completed, total: this.#total, file });
    }
  }
}

function filesFor(manifest: Manifest, purpose: BundlePurpose): string[] {
  const { tokenizer, textEncoder, stages, imageEncoder, matcher } = manifest;
  switch (purpose) {
    case 'text':
      return present([tokenizer?.kind === 'words' ? tokenizer.vocabularyFile : undefined, textEncoder?.file]);
    case 'drawing':
      return stages.map(({ file }) => file);
    case 'scoring':
      return present([imageEncoder?.file, matcher?.file]);
  }
}

function present(paths: readonly (string | undefined)[]): string[] {
  return paths.flatMap((path) => path ?? []);
}

async function readManifest(files: BundleFiles): Promise<Manifest> {
  const location = `${files.location}/${MANIFEST_FILE}`;
  const bytes = await files.sizeOf(MANIFEST_FILE);
  if (bytes === undefined) {
    throw new WordbrushError(
      'MODEL_NOT_FOUND',
      `Expected a model bundle, a folder with ${MANIFEST_FILE}, at ${files.location}; it has no ${MANIFEST_FILE}.`,
      { hint: 'Give the folder that `wordbrush export` wrote.', details: { location: files.location } },
    );
  }
  if (bytes > MAX_MANIFEST_BYTES) {
    throw new WordbrushError(
      'MANIFEST_INVALID',
      `Expected ${location} to have at most ${MAX_MANIFEST_BYTES} bytes, received ${bytes}.`,
      { hint: 'Get the model bundle again, or export it again.', details: { location, field: '' } },
    );
  }
  return parseManifest(decodeText(await files.read(MANIFEST_FILE)), location);
}

async function readVerified(
  files: BundleFiles,
  path: string,
  expected: FileDescription,
  options: ReadOptions,
): Promise<Uint8Array> {
  const bytes = await files.sizeOf(path);
  if (bytes === undefined) {
    throw fileMissing(files.location, path);
  }
  // Compared before reading, so that a file of gigabytes in the place of a small one is never read.
  if (bytes !== expected.bytes) {
    throw mismatch(files.location, path, `${expected.bytes} bytes`, `${bytes} bytes`);
  }
  let sha256: string | undefined;
  const content = await files.read(path, {
    ...options,
    onSha256: (known) => {
      sha256 = known;
    },
  });
  if (content.byteLength !== expected.bytes) {
    throw mismatch(files.location, path, `${expected.bytes} bytes`, `${content.byteLength} bytes`);
  }
  sha256 ??= (await describeFile(content)).sha256;
  if (sha256 !== expected.sha256) {
    throw mismatch(files.location, path, `sha256 ${expected.sha256}`, sha256);
  }
  return content;
}

function describedFile(manifest: Manifest, path: string): FileDescription {
  const description = Object.hasOwn(manifest.files, path) ? manifest.files[path] : undefined;
  if (description === undefined) {
    throw fileMissing(manifest.name, path);
  }
  return description;
}

function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

function fileMissing(location: string, file: string): WordbrushError {
  return new WordbrushError('FILE_MISSING', `Expected the file ${file} in ${location}; it is not there.`, {
    hint: 'Get the model bundle again, or export it again.',
    details: { location, file },
  });
}

function mismatch(location: string, file: string, expected: string, received: string): WordbrushError {
  return new WordbrushError(
    'INTEGRITY_MISMATCH',
    `Expected ${file} in ${location} to have ${expected}, received ${received}.`,
    {
      hint: 'The file is damaged or was changed: get the model bundle again, or export it again.',
      details: { location, file, expected, received },
    },
  );
}
