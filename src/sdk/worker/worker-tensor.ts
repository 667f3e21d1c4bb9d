import { type GraphValue, type HeldTensor, HeldTensorLost, isHeld } from '../runtime/held-tensor.js';
import type { SentValue, SentValues } from './messages.js';
import type { WorkerClient } from './worker-client.js';

/** A tensor that a worker holds: only that one can use it, and it is lost with it. */
class WorkerTensor implements HeldTensor {
  readonly data = undefined;
  readonly dims: readonly number[];
  readonly client: WorkerClient;
  readonly held: number;
  #isDisposed = false;

  constructor(client: WorkerClient, held: number, dims: readonly number[]) {
    this.client = client;
    this.held = held;
    this.dims = dims;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    // A worker that ended has freed everything.
    this.client.call('release', { held: this.held }).catch(() => undefined);
  }
}

/** Values as they are sent to the worker that holds some of them. */
export interface SentFeeds {
  values: SentValues;
  /** The one worker that can take them; undefined if any can. */
  client: WorkerClient | undefined;
}

/** @throws HeldTensorLost if one is held by no worker, or by another than the rest. */
export function sendFeeds(feeds: ReadonlyMap<string, GraphValue>): SentFeeds {
  let client: WorkerClient | undefined;
  const values = new Map<string, SentValue>();
  for (const [name, value] of feeds) {
    if (!isHeld(value)) {
      values.set(name, value);
      continue;
    }
    if (!(value instanceof WorkerTensor) || (client !== undefined && value.client !== client)) {
      throw new HeldTensorLost();
    }
    client = value.client;
    values.set(name, { held: value.held, dims: value.dims });
  }
  return { values, client };
}

/** What a worker answered: what it holds stays there. */
export function receiveResults(values: SentValues, client: WorkerClient): Map<string, GraphValue> {
  return new Map(
    Array.from(values, ([name, value]) => [
      name,
      'held' in value ? new WorkerTensor(client, value.held, value.dims) : value,
    ]),
  );
}
