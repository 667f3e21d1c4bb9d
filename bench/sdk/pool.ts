import { loadModel } from '../../src/sdk/index.js';
import { BareModel, BUNDLE, PROMPT } from './bare-model.js';
import { type InTurns, inTurns } from './in-turns.js';

/** How many requests are there at once. */
export const REQUESTS = 16;

/** The same requests, all at once, served by this thread with all cores and by a pool of two workers, in turns. */
export async function measurePool(rounds: number): Promise<InTurns> {
  await using here = await loadModel(BUNDLE, { device: 'cpu' });
  await using pool = await loadModel(BUNDLE, { device: 'cpu', workers: 2 });
  const serve = (model: typeof here) => () =>
    Promise.all(Array.from({ length: REQUESTS }, (_, seed) => model.generate(PROMPT, { seed })));
  return await inTurns(serve(here), serve(pool), { rounds, warmUp: 2 });
}

/**
 * The same for one process whose graphs have one thread, as each worker's have: what a second worker adds where there is
 * a core for it.
 */
export async function measurePoolOfCores(rounds: number): Promise<InTurns> {
  const bare = await BareModel.load({ intraOpNumThreads: 1 });
  await using pool = await loadModel(BUNDLE, { device: 'cpu', workers: 2 });
  const inputs = Array.from({ length: REQUESTS }, (_, seed) => bare.inputs(PROMPT, seed));
  const one = async (): Promise<void> => {
    for (const each of inputs) await bare.run(each);
  };
  const two = () =>
    Promise.all(Array.from({ length: REQUESTS }, (_, seed) => pool.generate(PROMPT, { seed })));
  return await inTurns(one, two, { rounds, warmUp: 2 });
}
