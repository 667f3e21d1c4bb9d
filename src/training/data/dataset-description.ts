import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';

/** The file beside `metadata.jsonl` that says where a data set comes from; models trained on it repeat what it says. */
export const DESCRIPTION_FILE = 'dataset.json';

const descriptionSchema = z.object({
  name: z.string().min(1).max(200),
  licence: z.string().min(1).max(200),
  /** Where the pictures and captions come from. */
  source: z.string().max(1000).optional(),
});

export type DatasetDescription = z.infer<typeof descriptionSchema>;

/**
 * What a data set says of itself; one without a description goes by its folder's name, licence unknown.
 * @throws {WordbrushError} `DATASET_INVALID` for a description that is no JSON or lacks a field.
 */
export async function readDatasetDescription(folder: string): Promise<DatasetDescription> {
  const path = join(folder, DESCRIPTION_FILE);
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return { name: basename(resolve(folder)), licence: 'unknown' };
  try {
    return descriptionSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new WordbrushError(
      'DATASET_INVALID',
      `Expected ${path} to hold name and licence: ${reasonOf(cause)}.`,
      {
        hint: 'Correct the file or remove it.',
        cause,
        details: { path },
      },
    );
  }
}
