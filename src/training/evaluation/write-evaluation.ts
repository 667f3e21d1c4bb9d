import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFile, MANIFEST_FILE } from '../../sdk/bundle/index.js';
import { parseManifest } from '../../sdk/bundle/parse-manifest.js';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { type Evaluation, evaluationSchema } from './evaluation-record.js';
import { withResults } from './results-section.js';

/** Where the numbers of a bundle or run stand. */
export const EVALUATION_FILE = 'evaluation.json';

/** Writes an evaluation as JSON, whole or not at all. @throws WordbrushError OUTPUT_NOT_WRITABLE */
export async function writeEvaluation(path: string, evaluation: Evaluation): Promise<void> {
  await writeWholeFile(path, `${JSON.stringify(evaluationSchema.parse(evaluation), null, 2)}\n`);
}

/** Reads what `writeEvaluation` wrote. @throws WordbrushError FILE_MISSING, INVALID_OPTION for another file. */
export async function readEvaluation(path: string): Promise<Evaluation> {
  const text = await readText(path);
  try {
    return evaluationSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new WordbrushError('INVALID_OPTION', `Expected an evaluation in ${path}: ${reasonOf(cause)}.`, {
      hint: 'Run wordbrush evaluate again.',
      cause,
      details: { path },
    });
  }
}

/**
 * Puts the results into the card of a bundle folder, and the card's new size and hash into its manifest.
 * @throws WordbrushError FILE_MISSING, MANIFEST_INVALID, OUTPUT_NOT_WRITABLE; INVALID_OPTION for a bundle without a card.
 */
export async function writeResultsIntoCard(bundle: string, evaluation: Evaluation): Promise<string> {
  const manifestPath = join(bundle, MANIFEST_FILE);
  const manifest = parseManifest(await readText(manifestPath), manifestPath);
  const { card } = manifest;
  if (card === undefined) {
    throw new WordbrushError('INVALID_OPTION', `Expected a bundle with a card at ${bundle}; it has none.`);
  }
  const path = join(bundle, card);
  const content = new TextEncoder().encode(withResults(await readText(path), evaluation));
  const files = { ...manifest.files, [card]: await describeFile(content) };
  await writeWholeFile(path, content);
  await writeWholeFile(manifestPath, `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
  return path;
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new WordbrushError('FILE_MISSING', `Expected the file ${path}: ${reasonOf(cause)}.`, {
      cause,
      details: { path },
    });
  }
}
