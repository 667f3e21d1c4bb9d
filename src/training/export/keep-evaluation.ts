import { copyFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import type { Evaluation } from '../evaluation/evaluation-record.js';
import { modelSha256 } from '../evaluation/model-sha256.js';
import { EVALUATION_FILE, readEvaluation, writeEvaluation } from '../evaluation/write-evaluation.js';

/**
 * Takes the results of an evaluation from a bundle that is about to be replaced, with their sheet of samples, if they are of
 * the model that takes its place: graphs and vocabulary the same to the byte.
 * @param manifest of the new bundle. @returns undefined where there are none, or none that can be read.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE
 */
export async function keepEvaluation({
  from,
  to,
  manifest,
}: {
  from: string;
  to: string;
  manifest: Pick<Manifest, 'files' | 'card'>;
}): Promise<Evaluation | undefined> {
  const evaluation = await readEvaluation(join(from, EVALUATION_FILE)).catch((error: unknown) => {
    if (error instanceof WordbrushError) return undefined;
    throw error;
  });
  if (evaluation === undefined || evaluation.model.sha256 !== modelSha256(manifest)) return undefined;
  const { contactSheet, ...measured } = evaluation;
  const file = contactSheet === undefined ? undefined : basename(contactSheet.file);
  const hasSheet =
    file !== undefined &&
    (await copyFile(join(from, file), join(to, file)).then(
      () => true,
      () => false,
    ));
  const kept: Evaluation = { ...measured, ...(hasSheet && { contactSheet }) };
  await writeEvaluation(join(to, EVALUATION_FILE), kept);
  return kept;
}
