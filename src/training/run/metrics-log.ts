import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import type { LossNumbers } from '../losses/loss-numbers.js';
import type { TrainingWarning } from './warnings/training-warnings.js';

const lineSchema = z.looseObject({ step: z.int() });
type Line = z.infer<typeof lineSchema>;

/** What a line of the metrics holds. */
export type MetricsLine = LossNumbers & { readonly step: number };

/** `metrics.jsonl`: one JSON object a step, each step once. */
export class MetricsLog {
  constructor(private readonly path: string) {}

  /**
   * To be called before the first line: makes the folder, and drops the lines after `step`, since a resumed run takes
   * those steps again. A line that a kill cut off goes too.
   * @returns the numbers of the last `most` lines that stay.
   */
  async keepUntil(step: number, most: number): Promise<LossNumbers[]> {
    await makeFolder(dirname(this.path));
    const text = await readFile(this.path, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    const read = lines.map((line) => ({ line, values: parseLine(line) }));
    const kept = read.filter(({ values }) => values !== undefined && values.step <= step);
    if (kept.length < lines.length) {
      await writeWholeFile(this.path, kept.map(({ line }) => `${line}\n`).join(''));
    }
    return kept.slice(-most).map(({ values }) => numbersOf(values));
  }

  /** @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async append(numbers: MetricsLine, warnings: readonly TrainingWarning[] = []): Promise<void> {
    const line = warnings.length === 0 ? numbers : { ...numbers, warnings };
    try {
      await appendFile(this.path, `${JSON.stringify(line)}\n`);
    } catch (cause) {
      throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${this.path}: ${reasonOf(cause)}.`, {
        cause,
        hint: 'Make room or mend the file, and go on with --resume from the last checkpoint.',
        details: { path: this.path },
      });
    }
  }
}

function parseLine(line: string): Line | undefined {
  try {
    return lineSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function numbersOf(values: Line | undefined): LossNumbers {
  const numbers = Object.entries(values ?? {}).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return Object.fromEntries(numbers);
}
