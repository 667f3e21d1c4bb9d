import { WordbrushError } from '../../src/sdk/errors.js';

/** The error for a file that is damaged, unsafe or of a kind not read. */
export function invalidWeights(source: string, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `Cannot read ${source}: ${reason}.`, {
    hint: 'The file is damaged or of another kind; nothing in it was executed.',
    cause,
    details: { source },
  });
}
