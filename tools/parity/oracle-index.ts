import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../src/sdk/errors.js';

const tensorSchema = z.object({
  shape: z.array(z.number().int().nonnegative()),
  /** [largest absolute, relative L2] */
  noise: z.tuple([z.number(), z.number()]).optional(),
});

/** A file in the folder itself: no path leads out of it. */
const fileNameSchema = z.string().regex(/^[\w-][\w.-]*\.safetensors$/);

/** PyTorch's own files may lie anywhere: nothing of them is shown but numbers that differ. */
const checkpointSchema = z.string().regex(/^[^/].*\.(pth|pt)$/);

const caseSchema = z.object({
  case: z.string().min(1),
  file: fileNameSchema,
  config: z.record(z.string(), z.unknown()).default({}),
  /** Further files whose tensors the case reads; of a `.pth` those are the weights. */
  uses: z.array(z.union([fileNameSchema, checkpointSchema])).default([]),
  tensors: z.record(z.string(), tensorSchema),
});

const fileSchema = z.object({
  /** A checkpoint as PyTorch writes it, and the tensors that it holds. */
  file: z.string().regex(/^[\w-][\w./-]*\.(pth|pt)$/),
  expected: z.string().regex(/^[\w-][\w./-]*\.safetensors$/),
  /** What stands before each name in the file, as `module.`, or the entry that holds them all, as `netG -> ...`. */
  key_prefix_in_file: z.string().optional(),
  /** Expected tensors that this file lacks; a star stands for anything. */
  keys_not_in_file: z.string().optional(),
});

const indexSchema = z.object({
  format: z.literal('safetensors'),
  cases: z.array(caseSchema).min(1),
  checkpoints: z.object({ files: z.array(fileSchema) }).optional(),
});

/** One entry of `cases` in `index.json`. */
export type OracleCase = z.infer<typeof caseSchema>;
/** One entry of `checkpoints.files` in `index.json`. */
export type OracleCheckpoint = z.infer<typeof fileSchema>;

export interface OracleIndex {
  cases: OracleCase[];
  checkpoints: OracleCheckpoint[];
}

/**
 * What a folder of oracles holds, in the order of its `index.json`.
 * @throws {WordbrushError} `FILE_MISSING` without an `index.json`, `INVALID_OPTION` for one of another kind.
 */
export async function readOracleIndex(folder: string): Promise<OracleIndex> {
  const path = join(folder, 'index.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new WordbrushError(
      'FILE_MISSING',
      `Expected a folder of oracles with ${path}: ${reasonOf(cause)}.`,
      {
        hint: 'Name the folder that holds index.json and the .safetensors files of its cases.',
        cause,
        details: { path },
      },
    );
  });
  const parsed = indexSchema.safeParse(parseJson(text, path));
  if (parsed.success) {
    const { cases, checkpoints } = parsed.data;
    return { cases, checkpoints: checkpoints?.files ?? [] };
  }
  throw notAnIndex(path, z.prettifyError(parsed.error), parsed.error);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw notAnIndex(path, reasonOf(cause), cause);
  }
}

function notAnIndex(path: string, reason: string, cause: unknown): WordbrushError {
  return new WordbrushError('INVALID_OPTION', `${path} is no index of oracles: ${reason}.`, {
    hint: 'docs/parity.md describes the format.',
    cause,
    details: { path },
  });
}
