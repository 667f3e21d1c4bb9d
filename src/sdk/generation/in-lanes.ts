/**
 * Steps of several pieces of work, `lanes` of which go on at once; the order among them is that in which they come.
 * Each piece's own steps keep their order.
 * @throws what a piece throws, once the steps of the others that were under way have ended.
 */
export async function* inLanes<Step>(
  pieces: Iterable<AsyncGenerator<Step, void, undefined>>,
  lanes: number,
): AsyncGenerator<Step, void, undefined> {
  const waiting = [...pieces];
  const active = new Map<AsyncGenerator<Step, void, undefined>, Promise<Arrival<Step>>>();
  const advance = (piece: AsyncGenerator<Step, void, undefined>): void => {
    active.set(
      piece,
      piece.next().then((result) => ({ piece, result })),
    );
  };
  for (const piece of waiting.splice(0, lanes)) advance(piece);
  try {
    while (active.size > 0) {
      const { piece, result } = await Promise.race(active.values());
      active.delete(piece);
      if (result.done !== true) {
        // Asked for first: while the caller looks at this step, the next one is made.
        advance(piece);
        yield result.value;
        continue;
      }
      const [next] = waiting.splice(0, 1);
      if (next !== undefined) advance(next);
    }
  } finally {
    await Promise.allSettled(active.values());
    await Promise.allSettled([...active.keys()].map((piece) => piece.return()));
  }
}

interface Arrival<Step> {
  piece: AsyncGenerator<Step, void, undefined>;
  result: IteratorResult<Step, void>;
}
