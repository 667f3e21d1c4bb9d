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

/**
 * Ids of words mean what the vocabulary says: with another one the text encoder would read other words.
 * @throws WordbrushError CHECKPOINT_INVALID
 */
export async function requireSameVocabulary(folder: RunFolder): Promise<void> {
  const { vocabularySha256: expected } = await folder.readDataset();
  const received = await folder.vocabularySha256();
  if (expected === undefined || expected === received) return;
  throw new WordbrushError(
    'CHECKPOINT_INVALID',
    `Expected ${folder.vocabularyFile} to be the vocabulary that the run began with (sha256 ${expected}), received another one (${received}).`,
    { hint: 'Put that file back, or begin another run.', details: { expected, received } },
  );
}
