import { reasonOf, WordbrushError } from '../../errors.js';
import type { PassedOverDevice } from '../device.js';
import { HeldTensorLost } from '../held-tensor.js';
import type { GraphSession, GraphValue, PlaceOptions, Runtime } from '../platform.js';

/** A graph, and the session of the runtime in use that was made of it. */
interface Loaded {
  graph: Uint8Array;
  place: PlaceOptions | undefined;
  session: GraphSession;
}

/**
 * A runtime that goes on with another when a graph does not load, such as one in half precision on a card without it, or a
 * run fails: drivers reset graphics cards, and systems take them away from pages. The graphs are loaded again, the run is
 * done again, and `passedOver` and `notes` say what happened. A run that takes what the lost one held ends with
 * HeldTensorLost: what made that has to run again.
 * @param openNext opens what it goes on with, once.
 */
export function withFallback(first: Runtime, openNext: () => Promise<Runtime>): Runtime {
  let current = first;
  let passedOver: readonly PassedOverDevice[] = first.passedOver;
  const notes: string[] = [];
  const loaded = new Set<Loaded>();
  let change: Promise<void> | undefined;

  const goOn = async (failed: string, error: unknown): Promise<void> => {
    const next = await openNext();
    const message = `Expected the device ${first.device} to go on; ${failed}: ${reasonOf(error)}.`;
    for (const one of loaded) one.session = await next.createSession(one.graph, one.place);
    passedOver = [...first.passedOver, { device: first.device, code: 'DEVICE_UNAVAILABLE', message }];
    notes.push(`${message} ${next.device} took its place.`);
    current = next;
    // Its sessions are lost with it, and what they held.
    await first.dispose().catch(() => undefined);
  };

  const isOurs = (error: unknown): boolean =>
    error instanceof HeldTensorLost || (error instanceof WordbrushError && error.code !== 'WORKER_LOST');

  const load = async (graph: Uint8Array, place: PlaceOptions | undefined): Promise<GraphSession> => {
    const tried = current;
    try {
      return await tried.createSession(graph, place);
    } catch (error) {
      if (isOurs(error) || tried !== first) throw error;
      change ??= goOn('a graph did not load', error);
      await change;
      return current.createSession(graph, place);
    }
  };

  return {
    get device() {
      return current.device;
    },
    get adapter() {
      return current.adapter;
    },
    get passedOver() {
      return passedOver;
    },
    get notes() {
      return [...current.notes, ...notes];
    },
    get lanes() {
      return current.lanes;
    },
    async createSession(graph, place) {
      const one: Loaded = { graph, place, session: await load(graph, place) };
      loaded.add(one);
      const run = async (
        ...call: Parameters<GraphSession['run']>
      ): Promise<ReadonlyMap<string, GraphValue>> => {
        const { session } = one;
        try {
          return await session.run(...call);
        } catch (error) {
          if (isOurs(error) || call[2]?.aborted) throw error;
          // Another run that failed may have changed the runtime already.
          if (one.session === session) {
            change ??= goOn('a run failed', error);
            await change;
          }
          if (one.session === session) throw error;
          return one.session.run(...call);
        }
      };
      return {
        inputs: one.session.inputs,
        outputs: one.session.outputs,
        run,
        async dispose() {
          loaded.delete(one);
          await one.session.dispose();
        },
      };
    },
    dispose: () => current.dispose(),
  };
}
