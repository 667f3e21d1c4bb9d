import { describe, expect, it } from 'vitest';
import type { ChosenDevice } from '../../../src/sdk/runtime/device.js';
import { type GraphValue, type HeldTensor, HeldTensorLost } from '../../../src/sdk/runtime/held-tensor.js';
import type { GraphSession } from '../../../src/sdk/runtime/platform.js';
import { serveCalls } from '../../../src/sdk/worker/serve-calls.js';
import { WorkerPool } from '../../../src/sdk/worker/worker-pool.js';
import type { WorkerPort } from '../../../src/sdk/worker/worker-port.js';

/** A worker's device without graphs: `make` holds a tensor, `use` says which worker took it. */
interface FakeWorker {
  number: number;
  held: Set<HeldTensor>;
  /** What the next runs wait for. */
  gate: Promise<void>;
}

function deviceOf(worker: FakeWorker): ChosenDevice {
  const describe = (name: string) => [{ name, type: 'float32', dims: [] }];
  return {
    device: 'webgpu',
    adapter: undefined,
    passedOver: [],
    createSession: async (graph): Promise<GraphSession> => {
      const makes = graph[0] === 0;
      return {
        inputs: describe('x'),
        outputs: describe('y'),
        async run(feeds) {
          await worker.gate;
          if (makes) {
            const tensor = { data: undefined, dims: [7], dispose: () => void worker.held.delete(tensor) };
            worker.held.add(tensor);
            return new Map<string, GraphValue>([['y', tensor]]);
          }
          const taken = feeds.get('x');
          if (taken?.data !== undefined || taken === undefined || !worker.held.has(taken)) {
            throw new Error('nothing of mine');
          }
          return new Map([['y', { data: Float32Array.of(worker.number), dims: [1] }]]);
        },
        dispose: async () => undefined,
      };
    },
  };
}

/** A pool whose workers are on this thread; messages are copied as between threads. */
async function openPool(workers: number) {
  const fakes: FakeWorker[] = [];
  const spawn = (): WorkerPort => {
    const fake: FakeWorker = { number: fakes.length, held: new Set(), gate: Promise.resolve() };
    fakes.push(fake);
    let toWorker: ((message: unknown) => void) | undefined;
    let toPool: ((message: unknown) => void) | undefined;
    serveCalls(
      {
        post: (message) => setImmediate(() => toPool?.(structuredClone(message))),
        listen: (onMessage) => {
          toWorker = onMessage;
        },
      },
      async () => deviceOf(fake),
    );
    return {
      post: (message) => setImmediate(() => toWorker?.(structuredClone(message))),
      listen: (onMessage) => {
        toPool = onMessage;
      },
      keepAlive: () => undefined,
      terminate: async () => {
        toPool = undefined;
      },
    };
  };
  const pool = await WorkerPool.open({ workers, device: 'webgpu', spawn });
  const [make, use] = [
    await pool.createSession(Uint8Array.of(0), { held: ['y'] }),
    await pool.createSession(Uint8Array.of(1)),
  ];
  const x = new Map([['x', { data: new Float32Array(1), dims: [1] }]]);
  const makeHeld = async (signal?: AbortSignal): Promise<HeldTensor> => {
    const y = (await make.run(x, undefined, signal)).get('y');
    if (y?.data !== undefined || y === undefined) throw new Error('it came back');
    return y;
  };
  /** The number of the worker that took it. */
  const useHeld = async (held: HeldTensor, signal?: AbortSignal): Promise<number | undefined> =>
    (await use.run(new Map([['x', held]]), undefined, signal)).get('y')?.data?.[0];
  return { fakes, makeHeld, useHeld };
}

const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe('WorkerPool with devices that hold tensors', () => {
  it('has the worker that holds a tensor use it, and frees it when told to', async () => {
    const { fakes, makeHeld, useHeld } = await openPool(2);
    const [first, second] = await Promise.all([makeHeld(), makeHeld()]);
    expect(first.dims).toEqual([7]);
    expect(fakes.map(({ held }) => held.size)).toEqual([1, 1]);
    expect(await useHeld(second)).toBe(1);
    expect(await useHeld(first)).toBe(0);
    expect(await Promise.all([useHeld(first), useHeld(first), useHeld(second)])).toEqual([0, 0, 1]);
    first.dispose();
    first.dispose();
    await settled();
    expect(fakes.map(({ held }) => held.size)).toEqual([0, 1]);
  });

  it('waits for that worker while another is free', async () => {
    const { fakes, makeHeld, useHeld } = await openPool(2);
    const held = await makeHeld();
    let open = (): void => undefined;
    const [home] = fakes;
    if (home === undefined) throw new Error('no worker');
    home.gate = new Promise((resolve) => {
      open = resolve;
    });
    const [busy, waiting] = [useHeld(held), useHeld(held)];
    await settled();
    await makeHeld();
    expect(fakes[1]?.held.size).toBe(1);
    open();
    expect(await Promise.all([busy, waiting])).toEqual([0, 0]);
  });

  it('what a worker held is lost with it, also for a run that waits; others go on', async () => {
    const { fakes, makeHeld, useHeld } = await openPool(1);
    const held = await makeHeld();
    const [home] = fakes;
    if (home === undefined) throw new Error('no worker');
    home.gate = new Promise(() => undefined);
    const controller = new AbortController();
    const stopped = makeHeld(controller.signal);
    const [lost, fresh] = [useHeld(held), makeHeld()];
    const ends = Promise.allSettled([stopped, lost]);
    await settled();
    controller.abort();
    expect(await ends).toMatchObject([
      { reason: { code: 'ABORTED' } },
      { reason: { name: 'HeldTensorLost' } },
    ]);
    await expect(useHeld(held)).rejects.toBeInstanceOf(HeldTensorLost);
    held.dispose();
    expect(await useHeld(await fresh)).toBe(1);
  });

  it('the abort of a run that lost what it takes ends no other run that waits', async () => {
    const { fakes, makeHeld, useHeld } = await openPool(1);
    const held = await makeHeld();
    const gateOf = (number: number, gate: Promise<void>): void => {
      const fake = fakes[number];
      if (fake === undefined) throw new Error(`no worker ${number}`);
      fake.gate = gate;
    };
    gateOf(0, new Promise(() => undefined));
    const [first, second] = [new AbortController(), new AbortController()];
    const ends = Promise.allSettled([makeHeld(first.signal), useHeld(held, second.signal)]);
    await settled();
    first.abort();
    let open = (): void => undefined;
    gateOf(
      1,
      new Promise((resolve) => {
        open = resolve;
      }),
    );
    await ends;
    const [busy, waiting] = [makeHeld(), makeHeld()];
    await settled();
    second.abort();
    open();
    expect((await Promise.all([busy, waiting])).map(({ dims }) => dims)).toEqual([[7], [7]]);
  });

  it('takes nothing that another pool holds', async () => {
    const [one, other] = [await openPool(1), await openPool(1)];
    await expect(other.useHeld(await one.makeHeld())).rejects.toBeInstanceOf(HeldTensorLost);
  });
});
