import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { TINY_BUNDLE } from '../tiny-bundle.js';
import { useProject } from './project.js';

const project = useProject();
const MODEL = JSON.stringify(TINY_BUNDLE);

/** Runs a script that has `loadModel`, and gives what it printed. */
async function run(script: string): Promise<unknown> {
  const { code, output, errors } = await project().run(`
    import { loadModel } from 'wordbrush';
    const model_ = ${MODEL};
    ${script}`);
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return JSON.parse(output);
}

/** Gets hold of the threads as they are posted to. */
const CATCH_THREADS = `
  import { Worker } from 'node:worker_threads';
  const threads = new Set();
  const post = Worker.prototype.postMessage;
  Worker.prototype.postMessage = function (...args) {
    threads.add(this);
    return post.apply(this, args);
  };`;

describe('a model in two workers', () => {
  it('draws bit for bit what one on this thread draws, whatever is asked, in the same order', async () => {
    const same = await run(`
      const calls = [
        (model) => model.generate('a red heart', { seed: 7 }),
        (model) => model.generate('a red heart', { seed: 7, count: 13 }),
        (model) => model.generate(['sun', 'a red heart', 'a red heart', 'sun'], { seed: 3, count: 5 }),
        (model) => model.interpolate({ prompt: 'sun', seed: 1 }, 'a red heart', 7),
        async (model) => {
          const images = [];
          for await (const { image } of model.stream('a red heart', { seed: 7, count: 3 })) images.push(image);
          return { images };
        },
        async (model) => ({ images: (await Promise.all(Array.from({ length: 9 }, (_, seed) =>
          model.generate('sun', { seed })))).flatMap(({ images }) => images) }),
      ];
      const bytesOf = (result) => [result].flat().flatMap(({ images }) => images)
        .map(({ data, seed }) => seed + ':' + Buffer.from(data).toString('base64')).join();
      const here = await loadModel(model_);
      const workers = await loadModel(model_, { workers: 2 });
      const same = [];
      for (const call of calls) same.push(bytesOf(await call(here)) === bytesOf(await call(workers)));
      await here.dispose();
      await workers.dispose();
      console.log(JSON.stringify(same));`);
    expect(same).toEqual([true, true, true, true, true, true]);
  });

  it('reports progress that only grows, to the end', async () => {
    const events = z.array(z.object({ phase: z.string(), completed: z.number(), total: z.number() })).parse(
      await run(`
        const events = [];
        const model = await loadModel(model_, { workers: 2, onProgress: (event) => events.push(event) });
        await model.generate('a red heart', { count: 10, onProgress: (event) => events.push(event) });
        await model.dispose();
        console.log(JSON.stringify(events));`),
    );
    for (const phase of ['verify', 'session', 'generate']) {
      const own = events.filter((event) => event.phase === phase);
      const completed = own.map((event) => event.completed);
      expect(completed).toEqual([...completed].sort((a, b) => a - b));
      expect(completed.at(-1)).toBe(own[0]?.total);
    }
  });

  it('stops at once when aborted in the middle of a run, and draws on', async () => {
    const result = await run(`
      const model = await loadModel(undefined, { workers: 1 });
      const started = performance.now();
      await model.generate('a red heart', { count: 64 });
      const wholeMs = performance.now() - started;
      const stop = async () => {
        // The thread that takes the place of the one before has loaded its graphs.
        await model.generate('a red heart');
        const controller = new AbortController();
        const onProgress = ({ completed }) => {
          // The second run of eight pictures has ended, and the third begins.
          if (completed === 16) setTimeout(() => controller.abort(), wholeMs / 80);
        };
        const call = model.generate('a red heart', { count: 64, signal: controller.signal, onProgress });
        const aborted = new Promise((resolve) => controller.signal.addEventListener('abort', () => resolve(performance.now())));
        const code = await call.catch((error) => error.code);
        return { code, share: (performance.now() - (await aborted)) / wholeMs };
      };
      const tries = [await stop(), await stop(), await stop()];
      const { images } = await model.generate('a red heart', { seed: 7 });
      await model.dispose();
      console.log(JSON.stringify({ tries, width: images[0].width }));`);
    const { tries, width } = z
      .object({ tries: z.array(z.object({ code: z.string(), share: z.number() })), width: z.number() })
      .parse(result);
    expect(width).toBe(64);
    expect(tries.map(({ code }) => code)).toEqual(['ABORTED', 'ABORTED', 'ABORTED']);
    // A run of eight pictures takes an eighth of the whole. The best of three: the machine may hold one up.
    expect(Math.min(...tries.map(({ share }) => share)), JSON.stringify(tries)).toBeLessThan(0.06);
  });

  it('says that a call was lost whose worker ended in the middle, and draws on', async () => {
    const result = await run(`
      ${CATCH_THREADS}
      const model = await loadModel(model_, { workers: 1 });
      const codes = [];
      for (let round = 0; round < 3; round++) {
        const end = () => { for (const thread of threads) thread.postMessage(null); threads.clear(); };
        // In the middle, however fast the machine: long before the last run.
        const onProgress = ({ phase }) => { if (phase === 'generate') end(); };
        const call = model.generate('a red heart', { count: 64, onProgress });
        codes.push(await call.then(() => 'done', (error) => error.code));
      }
      const { images } = await model.generate('a red heart', { seed: 7 });
      await model.dispose();
      console.log(JSON.stringify({ codes, width: images[0].width }));`);
    expect(result).toEqual({ codes: ['WORKER_LOST', 'WORKER_LOST', 'WORKER_LOST'], width: 32 });
  });

  it('ends the calls under way when disposed of, and refuses further ones', async () => {
    expect(
      await run(`
        const model = await loadModel(model_, { workers: 2 });
        const calls = [1, 2, 3].map(() => model.generate('a red heart', { count: 64 }).then(() => 'done', ({ code }) => code));
        await new Promise((resolve) => setTimeout(resolve, 5));
        await Promise.all([model.dispose(), model.dispose()]);
        const late = await model.generate('sun').catch(({ code }) => code);
        console.log(JSON.stringify([...new Set(await Promise.all(calls)), late]));`),
    ).toEqual(['DISPOSED', 'DISPOSED']);
  });
});
