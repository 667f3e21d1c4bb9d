import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeWholeFile } from '../../sdk/runtime/node/write-file.js';
import type { SettingChange } from './config/changed-fields.js';

const lineSchema = z.object({
  /** The last step under the settings before. */
  step: z.int().min(0),
  changes: z.array(z.object({ field: z.string(), from: z.unknown(), to: z.unknown() })),
});

/** What was set otherwise from the step behind this one on. */
export interface ChangedSettings {
  step: number;
  changes: SettingChange[];
}

/** What has been set otherwise since a phase began, in order; nothing where no one wrote it down. */
export async function readChangedSettings(path: string): Promise<ChangedSettings[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => {
    try {
      const { step, changes } = lineSchema.parse(JSON.parse(line));
      return { step, changes: changes.map(({ field, from, to }) => ({ field, from, to })) };
    } catch {
      // The last line may have been cut off.
      return [];
    }
  });
}

/**
 * `settings.jsonl`: writes down what is set otherwise behind step `step`, in place of what was written of it and of later
 * steps, which are taken again. @throws WordbrushError OUTPUT_NOT_WRITABLE
 */
export async function recordChangedSettings(
  path: string,
  step: number,
  changes: readonly SettingChange[],
): Promise<void> {
  const all = await readChangedSettings(path);
  const kept: ChangedSettings[] = all.filter((line) => line.step < step);
  if (changes.length > 0) kept.push({ step, changes: [...changes] });
  if (kept.length === 0 && all.length === 0) return;
  await writeWholeFile(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(''));
}
