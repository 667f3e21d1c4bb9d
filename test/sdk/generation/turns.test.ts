import { afterEach, expect, it, vi } from 'vitest';
import { Turns } from '../../../src/sdk/generation/turns.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A clock that only moves when told to. */
function useClock(): (ms: number) => void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return (ms) => {
    now += ms;
  };
}

it('lets calls that are there at once go on in order, and the event loop turn every 4 ms', async () => {
  const pass = useClock();
  const turns = new Turns();
  let turn = 0;
  let ended = false;
  const count = (): void => {
    turn++;
    if (!ended) setImmediate(count);
  };
  setImmediate(count);
  const order: number[] = [];
  const piecesOfTurn = new Map<number, number>();
  await Promise.all(
    Array.from({ length: 50 }, async (_, call) => {
      await turns.next();
      order.push(call);
      piecesOfTurn.set(turn, (piecesOfTurn.get(turn) ?? 0) + 1);
      pass(1);
    }),
  );
  ended = true;
  expect(order).toEqual(Array.from({ length: 50 }, (_, call) => call));
  expect(Math.max(...piecesOfTurn.values())).toBe(4);
});

it('does not hold up a call that is alone, however late', async () => {
  const pass = useClock();
  const turns = new Turns();
  for (let round = 0; round < 3; round++) {
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    await turns.next();
    pass(1);
    await turns.next();
    expect(turned).toBe(false);
    pass(1000);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
});
