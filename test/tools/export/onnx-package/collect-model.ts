import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FOLDER_VARIABLE } from './check-collected.js';

/** Leaves an exported file for the onnx package to check when all tests have run. */
export function collectModel(bytes: Uint8Array): void {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined) return;
  const path = join(folder, createHash('sha256').update(bytes).digest('hex'));
  writeFileSync(`${path}.onnx`, bytes);
  writeFileSync(`${path}.txt`, expect.getState().currentTestName ?? '');
}

/** The same of every graph in a bundle's folder, and how many those are. */
export function collectBundle(bundle: string): number {
  const graphs = readdirSync(bundle).filter((name) => name.endsWith('.onnx'));
  for (const name of graphs) collectModel(readFileSync(join(bundle, name)));
  return graphs.length;
}
