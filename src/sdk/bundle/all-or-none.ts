import { throwIfAborted } from '../generation/abort.js';

/**
 * Does the same with several items, all at a time. Where one fails, the others are stopped and waited for: nothing goes on
 * behind a failure.
 * @param work takes the signal on which it is to stop.
 * @throws what the first that failed threw; WordbrushError ABORTED.
 */
export async function allOrNone<Item>(
  items: readonly Item[],
  signal: AbortSignal | undefined,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  throwIfAborted(signal);
  const controller = new AbortController();
  const stop = (): void => controller.abort(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const underWay = items.map((item) => work(item, controller.signal));
  try {
    await Promise.all(underWay);
  } catch (error) {
    controller.abort(error);
    await Promise.allSettled(underWay);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
