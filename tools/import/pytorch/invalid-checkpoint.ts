import { WordbrushError } from '../../../src/sdk/errors.js';

/** The error for a checkpoint that is damaged, unsafe or of a kind not read. */
export function invalidCheckpoint(source: string, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `Cannot read ${source}: ${reason}.`, {
    hint: 'Expected a state dict written by torch.save; nothing in the file was executed.',
    cause,
  });
}
