import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import { type Evaluation, evaluationSchema } from './evaluation-record.js';

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
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : reasonOf(cause);
    throw new WordbrushError('INVALID_OPTION', `Expected an evaluation in ${path}: ${reason}.`, {
      hint: 'Name an evaluation.json that `wordbrush evaluate` wrote, or run it again.',
      cause,
      details: { path },
    });
  }
}

/** @throws WordbrushError FILE_MISSING */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new WordbrushError('FILE_MISSING', `Expected the file ${path}: ${reasonOf(cause)}.`, {
      cause,
      details: { path },
    });
  }
}
