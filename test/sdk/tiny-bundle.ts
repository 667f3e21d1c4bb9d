import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { describeFile } from '../../src/sdk/bundle/index.js';
import { temporaryFolder } from '../temporary-folder.js';

/** Two stages of random weights, 16 and 32 pixels; see test/fixtures/tiny-bundle/make-tiny-bundle.py. */
export const TINY_BUNDLE = fileURLToPath(new URL('../fixtures/tiny-bundle', import.meta.url));

const looseManifest = z.looseObject({ files: z.record(z.string(), z.unknown()) });
type LooseManifest = z.infer<typeof looseManifest>;

/** A copy of the tiny bundle to be damaged. */
export function copyTinyBundle(): string {
  const folder = join(temporaryFolder(), 'bundle');
  cpSync(TINY_BUNDLE, folder, { recursive: true });
  return folder;
}

/** The tiny bundle's manifest as plain data. */
export function readManifest(folder: string = TINY_BUNDLE): LooseManifest {
  return looseManifest.parse(JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')));
}

export function changeManifest(folder: string, change: (manifest: LooseManifest) => void): void {
  const manifest = readManifest(folder);
  change(manifest);
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
}

/** Replaces a file and corrects its entry in the manifest, as one does who exported a wrong file. */
export async function replaceFile(folder: string, file: string, content: Uint8Array): Promise<void> {
  writeFileSync(join(folder, file), content);
  const description = await describeFile(content);
  changeManifest(folder, (manifest) => {
    manifest.files[file] = description;
  });
}
