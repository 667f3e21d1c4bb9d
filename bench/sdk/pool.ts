import { loadModel } from '../../src/sdk/index.js';
import { BUNDLE, PROMPT } from './bare-model.js';
import { type InTurns, inTurns } from './in-turns.js';

/** How many requests are there at once. */
export const REQUESTS = 16;

/** The same requests, all at once, served by this thread and by a pool of two workers, in turns. */
export async function measurePool(rounds: number): Promise<InTurns> {
  await using here = await loadModel(BUNDLE, { device: 'cpu' });
  await using pool = await loadModel(BUNDLE, { device: 'cpu', workers: 2 });
  const serve = (model: typeof here) => () =>
    Promise.all(Array.from({ length: REQUESTS }, (_, seed) => model.generate(PROMPT, { seed })));
  return await inTurns(serve(here), serve(pool), { rounds, warmUp: 2 });
}
