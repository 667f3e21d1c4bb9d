import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const recordSchema = z.object({
  library: z.enum(['cpu', 'gpu']),
  source: z.enum(['download', 'wheel', 'directory']),
  /** TensorFlow's version, as the library itself says. */
  version: z.string(),
  /** Where the library lies; missing where it is inside the package. */
  folder: z.string().optional(),
});

/** Which library a setup put behind the binding; kept with the links to it. */
export type SetupRecord = z.infer<typeof recordSchema>;

const fileOf = (packageFolder: string) => join(packageFolder, 'deps', 'wordbrush-setup.json');

/** The record of the last setup; undefined where another installer, or nobody, did it. */
export async function readRecord(packageFolder: string): Promise<SetupRecord | undefined> {
  try {
    const parsed = recordSchema.safeParse(JSON.parse(await readFile(fileOf(packageFolder), 'utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export async function writeRecord(packageFolder: string, record: SetupRecord): Promise<void> {
  await writeFile(fileOf(packageFolder), `${JSON.stringify(record, null, 2)}\n`);
}
