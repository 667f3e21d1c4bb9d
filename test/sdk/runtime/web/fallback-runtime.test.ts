import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../../src/sdk/errors.js';
import { HeldTensorLost } from '../../../../src/sdk/runtime/held-tensor.js';
import type { Device, GraphSession, PlaceOptions, Runtime } from '../../../../src/sdk/runtime/platform.js';
import { withFallback } from '../../../../src/sdk/runtime/web/fallback-runtime.js';

/** A runtime without graphs, whose sessions and runs fail as told. */
interface Fake {
  runtime: Runtime;
  /** What was loaded, and how. */
  loaded: { graph: number | undefined; place: PlaceOptions | undefined }[];
  failsToLoad: Error | undefined;
  failsToRun: Error | undefined;
  disposed: number;
}

function fake(device: Device): Fake {
  const result: Fake = {
    loaded: [],
    failsToLoad: undefined,
    failsToRun: undefined,
    disposed: 0,
    runtime: {
      device,
      adapter: undefined,
      passedOver: [],
      lanes: 1,
      notes: [],
      async createSession(graph, place): Promise<GraphSession> {
        if (result.failsToLoad !== undefined) throw result.failsToLoad;
        result.loaded.push({ graph: graph[0], place });
        return {
          inputs: [],
          outputs: [],
          async run() {
            if (result.failsToRun !== undefined) throw result.failsToRun;
            return new Map([[device, { data: new Float32Array(1), dims: [1] }]]);
          },
          dispose: async () => undefined,
        };
      },
      dispose: async () => {
        result.disposed++;
      },
    },
  };
  return result;
}

function pair() {
  const [card, processor] = [fake('webgpu'), fake('wasm')];
  let opened = 0;
  const runtime = withFallback(card.runtime, async () => {
    opened++;
    return processor.runtime;
  });
  return { card, processor, runtime, opened: () => opened };
}

const ranOn = async (session: GraphSession): Promise<string[]> => [...(await session.run(new Map())).keys()];

describe('withFallback', () => {
  it('loads all graphs again, as they were to be, when one does not load', async () => {
    const { card, processor, runtime, opened } = pair();
    const first = await runtime.createSession(Uint8Array.of(1), { onProcessor: true });
    card.failsToLoad = new Error('requires f16 but the device does not support it');
    const second = await runtime.createSession(Uint8Array.of(2), { held: ['h'] });
    expect(processor.loaded).toEqual([
      { graph: 1, place: { onProcessor: true } },
      { graph: 2, place: { held: ['h'] } },
    ]);
    expect([await ranOn(first), await ranOn(second), runtime.device]).toEqual([['wasm'], ['wasm'], 'wasm']);
    expect(runtime.passedOver).toMatchObject([{ device: 'webgpu', code: 'DEVICE_UNAVAILABLE' }]);
    expect(runtime.notes.join(' ')).toMatch(/a graph did not load: requires f16.*wasm took its place/u);
    expect([opened(), card.disposed]).toEqual([1, 1]);
  });

  it('does a failed run again; runs that fail together change the runtime once', async () => {
    const { card, runtime, opened } = pair();
    const session = await runtime.createSession(Uint8Array.of(1));
    card.failsToRun = new Error('device lost');
    expect(await Promise.all([ranOn(session), ranOn(session)])).toEqual([['wasm'], ['wasm']]);
    expect(opened()).toBe(1);
    expect(runtime.notes.join(' ')).toContain('a run failed: device lost');
  });

  it.each([
    ['a lost feed', new HeldTensorLost()],
    ['an abort', new WordbrushError('ABORTED', 'stopped')],
  ])('passes on %s, which no other device mends', async (_, error) => {
    const { card, runtime, opened } = pair();
    const session = await runtime.createSession(Uint8Array.of(1));
    card.failsToRun = error;
    await expect(ranOn(session)).rejects.toBe(error);
    expect([opened(), runtime.device]).toEqual([0, 'webgpu']);
  });

  it('a graph that loads nowhere ends with the last error', async () => {
    const { card, processor, runtime } = pair();
    card.failsToLoad = new Error('no card');
    processor.failsToLoad = new Error('no graph');
    await expect(runtime.createSession(Uint8Array.of(1))).rejects.toThrow('no graph');
    await expect(runtime.createSession(Uint8Array.of(1))).rejects.toThrow('no graph');
  });
});
