import { WordbrushError } from '../../sdk/errors.js';
import type { RunFolder } from './run-folder.js';

/** @throws WordbrushError RUN_EXISTS for a new run where there is one, CHECKPOINT_INVALID to go on where there is none. */
export async function requireResumable(folder: RunFolder, resume: boolean): Promise<void> {
  const exists = await folder.exists();
  if (exists && !resume) {
    throw new WordbrushError('RUN_EXISTS', `Expected ${folder.path} to hold no run yet, but it does.`, {
      hint: 'Add --resume to go on with it, or name another folder.',
      details: { path: folder.path },
    });
  }
  if (!exists && resume) await folder.readConfig();
}
