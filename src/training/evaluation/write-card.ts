import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describeFile, MANIFEST_FILE } from '../../sdk/bundle/index.js';
import { parseManifest } from '../../sdk/bundle/parse-manifest.js';
import { WordbrushError } from '../../sdk/errors.js';
import type { RasterImage } from '../../sdk/index.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import type { ComparisonSheet } from './comparison-sheet.js';
import type { Evaluation } from './evaluation-record.js';
import { withResults } from './results-section.js';
import { EVALUATION_FILE, readText, writeEvaluation } from './write-evaluation.js';

/** The sheet of samples that a card links. */
export const SHEET_FILE = 'contact-sheet.jpg';
/** Bundles lie in repositories and packages: a sheet is for a look, not for measuring. */
const MOST_SHEET_BYTES = 400_000;
const QUALITIES = [90, 80, 65, 50] as const;
/** Of the sides, where even the lowest quality is too large. */
const SHRINK = 0.75;

/**
 * Puts the results into the card of a bundle folder with the record beside it, the sheet of samples as a picture of at most
 * 400 kB that the card links, and the card's new size and hash into the manifest. What stood there of an earlier evaluation
 * is replaced.
 * @throws WordbrushError FILE_MISSING, MANIFEST_INVALID, OUTPUT_NOT_WRITABLE, PACKAGE_MISSING without sharp;
 * INVALID_OPTION for a bundle without a card.
 */
export async function writeResultsIntoCard(
  bundle: string,
  evaluation: Evaluation,
  sheet?: ComparisonSheet,
): Promise<string> {
  const manifestPath = join(bundle, MANIFEST_FILE);
  const manifest = parseManifest(await readText(manifestPath), manifestPath);
  const { card } = manifest;
  if (card === undefined) {
    throw new WordbrushError('INVALID_OPTION', `Expected a bundle with a card at ${bundle}; it has none.`);
  }
  const path = join(bundle, card);
  const shown = sheet && { contactSheet: { file: SHEET_FILE, prompts: sheet.prompts.length } };
  const { contactSheet: _, ...measured } = evaluation;
  const results: Evaluation = { ...measured, ...shown };
  const content = new TextEncoder().encode(withResults(await readText(path), results));
  const files = { ...manifest.files, [card]: await describeFile(content) };
  const sheetPath = join(bundle, SHEET_FILE);
  if (sheet === undefined) await rm(sheetPath, { force: true });
  else await writeWholeFile(sheetPath, await boundedJpeg(sheet.sheet));
  await writeEvaluation(join(bundle, EVALUATION_FILE), results);
  await writeWholeFile(path, content);
  await writeWholeFile(manifestPath, `${JSON.stringify({ ...manifest, files }, null, 2)}\n`);
  return path;
}

/** The best quality that is small enough, and where none is that of a smaller picture. */
async function boundedJpeg(sheet: RasterImage): Promise<Uint8Array> {
  for (const quality of QUALITIES) {
    const bytes = await sheet.toJPEG({ quality });
    if (bytes.length <= MOST_SHEET_BYTES) return bytes;
  }
  return boundedJpeg(await sheet.resize(Math.ceil(sheet.width * SHRINK)));
}
