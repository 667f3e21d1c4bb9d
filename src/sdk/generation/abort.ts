import { reasonOf, WordbrushError } from '../errors.js';

/** @throws WordbrushError ABORTED, its cause the signal's reason, if the signal was aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new WordbrushError('ABORTED', `Stopped by the signal given: ${reasonOf(signal.reason)}.`, {
      cause: signal.reason,
    });
  }
}

/**
 * What work gives that cannot be stopped: once the signal is aborted, nobody waits for it.
 * @throws WordbrushError ABORTED; what the work throws.
 */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      try {
        throwIfAborted(signal);
      } catch (error) {
        reject(error);
      }
    };
    signal.addEventListener('abort', stop, { once: true });
    stop();
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
