import * as z from 'zod/mini';
import { type CallOptions, callFields, check } from '../generation/call-options.js';
import type { ReportProgress } from '../generation/progress.js';
import { integer, list, oneOf } from '../validation/expectations.js';

export type ScoreOptions = CallOptions;

export interface RankOptions extends CallOptions {
  /**
   * What the orders go by: `sentence`, the cosine of the whole picture and the whole text, or `words`, DAMSM's match of
   * words and regions.
   * @default 'sentence'
   */
  by?: 'sentence' | 'words' | undefined;
}

export interface CheckedRankOptions {
  by: 'sentence' | 'words';
  signal: AbortSignal | undefined;
  onProgress: ReportProgress | undefined;
}

const MAX_ENTRIES = 10_000;

const rankSchema = z.strictObject(
  { ...callFields, by: z.optional(oneOf(['sentence', 'words'])) },
  { error: 'an object of options' },
);
const entriesSchema = list(z.unknown(), 1, MAX_ENTRIES);
const pairsSchema = integer(1, 1_000_000);

/** @throws WordbrushError INVALID_OPTION. */
export function checkRankOptions(input: unknown): CheckedRankOptions {
  const { by = 'sentence', signal, onProgress } = check(rankSchema, input, 'options');
  return { by, signal, onProgress };
}

/** @throws WordbrushError INVALID_OPTION. */
export function checkList(input: unknown, name: 'images' | 'texts'): readonly unknown[] {
  return check(entriesSchema, input, name);
}

/** @throws WordbrushError INVALID_OPTION for more pairs than a million. */
export function checkPairs(images: number, texts: number): void {
  check(pairsSchema, images * texts, 'images × texts');
}
