import { WordbrushError } from '../../src/sdk/errors.js';

/** Characters that a terminal obeys; a file may have them in its names. */
const CONTROL = /\p{Cc}/gu;

/** The error for a file that is damaged, unsafe or of a kind not read. */
export function invalidWeights(source: string, reason: string, cause?: unknown): WordbrushError {
  const shown = reason.replace(
    CONTROL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return new WordbrushError('WEIGHTS_INVALID', `Cannot read ${source}: ${shown}.`, {
    hint: 'The file is damaged or of another kind; nothing in it was executed.',
    cause,
    details: { source },
  });
}
