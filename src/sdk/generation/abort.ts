import { reasonOf, WordbrushError } from '../errors.js';

/** @throws WordbrushError ABORTED, its cause the signal's reason, if the signal was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new WordbrushError('ABORTED', `Stopped by the signal given: ${reasonOf(signal.reason)}.`, {
      cause: signal.reason,
    });
  }
}
