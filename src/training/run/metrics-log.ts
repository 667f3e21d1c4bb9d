import { appendFile, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { makeFolder } from '../../sdk/runtime/node/make-folder.js';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';

const lineSchema = z.looseObject({ step: z.int() });

/** `metrics.jsonl`: one JSON object a step, each step once. */
export class MetricsLog {
  constructor(private readonly path: string) {}

  /**
   * To be called before the first line: makes the folder, and drops the lines after `step`, since a resumed run takes
   * those steps again. A line that a kill cut off goes too.
   */
  async keepUntil(step: number): Promise<void> {
    await makeFolder(dirname(this.path));
    const text = await readFile(this.path, 'utf8').catch(() => '');
    const lines = text.split('\n').filter((line) => line !== '');
    const kept = lines.filter((line) => stepOf(line) <= step);
    if (kept.length < lines.length) await writeWholeFile(this.path, kept.map((line) => `${line}\n`).join(''));
  }

  /** @throws WordbrushError OUTPUT_NOT_WRITABLE */
  async append(metrics: { step: number } & Record<string, number>): Promise<void> {
    try {
      await appendFile(this.path, `${JSON.stringify(metrics)}\n`);
    } catch (cause) {
      throw new WordbrushError('OUTPUT_NOT_WRITABLE', `Expected to write ${this.path}: ${reasonOf(cause)}.`, {
        cause,
        hint: 'Make room or mend the file, and go on with --resume from the last checkpoint.',
        details: { path: this.path },
      });
    }
  }
}

function stepOf(line: string): number {
  try {
    return lineSchema.parse(JSON.parse(line)).step;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
