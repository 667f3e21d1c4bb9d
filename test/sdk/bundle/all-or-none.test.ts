import { expect, it } from 'vitest';
import { allOrNone } from '../../../src/sdk/bundle/all-or-none.js';

/** Work that ends when its signal does. */
function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => setTimeout(() => reject(new Error('stopped')), 5));
  });
}

it('does all at a time', async () => {
  const log: string[] = [];
  await allOrNone(['a', 'b'], undefined, async (name) => {
    log.push(`${name} begins`);
    await Promise.resolve();
    log.push(`${name} ends`);
  });
  expect(log).toEqual(['a begins', 'b begins', 'a ends', 'b ends']);
});

it('stops the others where one fails, and waits for them', async () => {
  let others = 0;
  const all = allOrNone([0, 1, 2], undefined, async (item, signal) => {
    if (item === 1) throw new Error('damaged');
    await untilStopped(signal).finally(() => {
      others++;
    });
  });
  await expect(all).rejects.toThrow('damaged');
  expect(others).toBe(2);
});

it('stops all when the caller does, and begins none after that', async () => {
  const controller = new AbortController();
  const all = allOrNone([0, 1], controller.signal, (_, signal) => untilStopped(signal));
  controller.abort();
  await expect(all).rejects.toThrow('stopped');
  const late = allOrNone([0], controller.signal, () => Promise.reject(new Error('begun')));
  await expect(late).rejects.toMatchObject({ code: 'ABORTED' });
});
