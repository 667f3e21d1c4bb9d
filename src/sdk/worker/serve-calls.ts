import type { ChosenDevice } from '../runtime/device.js';
import { isHeld } from '../runtime/held-tensor.js';
import type { GraphSession, GraphValue, HeldTensor } from '../runtime/platform.js';
import type { CallKind, CallMessage, Calls, SentValue, SentValues } from './messages.js';
import { transferError } from './transfer-error.js';
import type { WorkerScope } from './worker-port.js';

type ChooseDevice = (request: Calls['open']['request']) => Promise<ChosenDevice>;

/** The worker's side: does what the messages ask, one after the other, and answers each. */
export function serveCalls(scope: WorkerScope, chooseDevice: ChooseDevice): void {
  const server = new CallServer(chooseDevice);
  let previous: Promise<void> = Promise.resolve();
  scope.listen((received) => {
    // Only wordbrush's own client is at the other end.
    const message = received as CallMessage;
    previous = previous.then(async () => {
      try {
        const answer = await server.answer(message);
        scope.post({ id: message.id, answer }, answer instanceof Map ? buffersOf(answer) : []);
      } catch (error) {
        scope.post({ id: message.id, error: transferError(error) }, []);
      }
    });
  });
}

class CallServer {
  readonly #chooseDevice: ChooseDevice;
  readonly #sessions = new Map<number, GraphSession>();
  readonly #held = new Map<number, HeldTensor>();
  #nextHeld = 0;
  #device: ChosenDevice | undefined;
  #threads: number | undefined;

  constructor(chooseDevice: ChooseDevice) {
    this.#chooseDevice = chooseDevice;
  }

  async answer({ kind, request }: CallMessage): Promise<Calls[CallKind]['answer']> {
    switch (kind) {
      case 'open': {
        this.#device = await this.#chooseDevice(request);
        this.#threads = request.threads;
        const { device, adapter, passedOver, notes } = this.#device;
        return { device, adapter, passedOver, notes };
      }
      case 'createSession': {
        if (this.#device === undefined) {
          throw new Error('the worker was not opened');
        }
        const { graph, place } = request;
        const session = await this.#device.createSession(graph, { ...place, threads: this.#threads });
        this.#sessions.set(request.session, session);
        const { inputs, outputs } = session;
        return { inputs, outputs };
      }
      case 'run': {
        const feeds = this.#received(request.feeds);
        return this.#sent(await this.#session(request.session).run(feeds, request.outputs));
      }
      case 'release': {
        this.#tensor(request.held).dispose();
        this.#held.delete(request.held);
        return undefined;
      }
      case 'disposeSession': {
        const session = this.#session(request.session);
        this.#sessions.delete(request.session);
        await session.dispose();
        return undefined;
      }
    }
  }

  #received(values: SentValues): Map<string, GraphValue> {
    return new Map(
      Array.from(values, ([name, value]) => [name, 'held' in value ? this.#tensor(value.held) : value]),
    );
  }

  #sent(values: ReadonlyMap<string, GraphValue>): SentValues {
    const sent = new Map<string, SentValue>();
    for (const [name, value] of values) {
      if (!isHeld(value)) {
        sent.set(name, value);
        continue;
      }
      const held = this.#nextHeld++;
      this.#held.set(held, value);
      sent.set(name, { held, dims: value.dims });
    }
    return sent;
  }

  #tensor(held: number): HeldTensor {
    const tensor = this.#held.get(held);
    if (tensor === undefined) {
      throw new Error(`the worker holds no tensor ${held}`);
    }
    return tensor;
  }

  #session(number: number): GraphSession {
    const session = this.#sessions.get(number);
    if (session === undefined) {
      throw new Error(`the worker has no session ${number}`);
    }
    return session;
  }
}

function buffersOf(values: SentValues): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const value of values.values()) {
    if (!('held' in value) && value.data.buffer instanceof ArrayBuffer) {
      buffers.add(value.data.buffer);
    }
  }
  return [...buffers];
}
