import { afterEach, describe, expect, it } from 'vitest';
import { LiveThreads } from '../../../src/sdk/runtime/node/live-threads.js';
import { startNodeWorker } from '../../../src/sdk/runtime/node/node-worker.js';
import type { GraphSession } from '../../../src/sdk/runtime/platform.js';
import { PROBE_OUTPUT, probeGraph, probeInput } from '../../../src/sdk/runtime/probe-graph.js';
import { WorkerPool } from '../../../src/sdk/worker/worker-pool.js';
import type { WorkerPort } from '../../../src/sdk/worker/worker-port.js';

const feeds = () => new Map([['x', probeInput()]]);
const pools: WorkerPool[] = [];
const live = new LiveThreads();

/** A pool whose workers can be got at. */
async function openPool(workers: number): Promise<{ pool: WorkerPool; ports: WorkerPort[] }> {
  const ports: WorkerPort[] = [];
  const spawn = () => {
    const port = startNodeWorker(live);
    ports.push(port);
    return port;
  };
  const pool = await WorkerPool.open({ workers, device: 'cpu', threads: 1, spawn });
  pools.push(pool);
  return { pool, ports };
}

async function expectRight(session: GraphSession): Promise<void> {
  const y = (await session.run(feeds())).get('y');
  expect(Array.from(y?.data ?? [])).toEqual(PROBE_OUTPUT.map((value) => expect.closeTo(value, 6)));
}

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.dispose()));
});

describe('WorkerPool', () => {
  it('runs graphs as this thread does, also many at once', async () => {
    const { pool } = await openPool(2);
    expect(pool.device).toBe('cpu');
    const session = await pool.createSession(probeGraph());
    expect(session.inputs).toEqual([{ name: 'x', type: 'float32', dims: [1, 1, 4, 4] }]);
    await Promise.all(Array.from({ length: 20 }, () => expectRight(session)));
  });

  it('leaves what it was given to the caller', async () => {
    const { pool } = await openPool(1);
    const session = await pool.createSession(probeGraph());
    const given = feeds();
    await session.run(given);
    expect(given.get('x')?.data).toEqual(probeInput().data);
  });

  it('an abort ends the run at once, and the next one has a new worker', async () => {
    const { pool, ports } = await openPool(1);
    const session = await pool.createSession(probeGraph());
    const controller = new AbortController();
    const run = session.run(feeds(), undefined, controller.signal);
    // The call is on its way after some microtasks; its answer cannot come before the next task.
    for (let tick = 0; tick < 20; tick++) await Promise.resolve();
    controller.abort();
    await expect(run).rejects.toMatchObject({ code: 'ABORTED' });
    await expectRight(session);
    expect(ports).toHaveLength(2);
  });

  it('an abort while waiting for a worker ends no worker', async () => {
    const { pool, ports } = await openPool(1);
    const session = await pool.createSession(probeGraph());
    const controller = new AbortController();
    const first = session.run(feeds());
    const second = session.run(feeds(), undefined, controller.signal);
    controller.abort();
    await expect(second).rejects.toMatchObject({ code: 'ABORTED' });
    await first;
    await expectRight(session);
    expect(ports).toHaveLength(1);
  });

  it('a call whose worker dies says so, and a new worker takes the place', async () => {
    const { pool, ports } = await openPool(1);
    const session = await pool.createSession(probeGraph());
    // No message of ours: reading it fails, outside every call.
    ports[0]?.post(null);
    const run = session.run(feeds());
    await expect(run).rejects.toMatchObject({ code: 'WORKER_LOST' });
    await expectRight(session);
  });

  it('a worker that dies while idle is replaced unseen', async () => {
    const { pool, ports } = await openPool(2);
    const session = await pool.createSession(probeGraph());
    await ports[1]?.terminate();
    await Promise.all(Array.from({ length: 6 }, () => expectRight(session)));
    expect(ports).toHaveLength(3);
  });

  it('errors keep code, hint and details', async () => {
    const opening = WorkerPool.open({ workers: 1, device: 'cuda', spawn: () => startNodeWorker(live) });
    await expect(opening).rejects.toMatchObject({
      name: 'WordbrushError',
      code: 'DEVICE_UNAVAILABLE',
      hint: expect.stringContaining('cuda12'),
      details: { device: 'cuda' },
    });
  });

  it('bytes that are no graph fail as on this thread, and the pool goes on', async () => {
    const { pool } = await openPool(2);
    await expect(pool.createSession(new Uint8Array([1, 2, 3]))).rejects.toThrow(/protobuf|model/iu);
    await expectRight(await pool.createSession(probeGraph()));
  });

  it('ends with dispose(), also runs under way and waiting', async () => {
    const { pool } = await openPool(1);
    const session = await pool.createSession(probeGraph());
    const runs = Promise.allSettled([session.run(feeds()), session.run(feeds())]);
    await pool.dispose();
    expect(await runs).toMatchObject([{ reason: { code: 'DISPOSED' } }, { reason: { code: 'DISPOSED' } }]);
    await expect(session.run(feeds())).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});
