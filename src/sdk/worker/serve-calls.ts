import type { ChosenDevice } from '../runtime/device.js';
import type { GraphSession, TensorValue } from '../runtime/platform.js';
import type { CallKind, CallMessage, Calls } from './messages.js';
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
        const { graph, onProcessor } = request;
        const session = await this.#device.createSession(graph, { threads: this.#threads, onProcessor });
        this.#sessions.set(request.session, session);
        const { inputs, outputs } = session;
        return { inputs, outputs };
      }
      case 'run':
        return this.#session(request.session).run(request.feeds, request.outputs);
      case 'disposeSession': {
        const session = this.#session(request.session);
        this.#sessions.delete(request.session);
        await session.dispose();
        return undefined;
      }
    }
  }

  #session(number: number): GraphSession {
    const session = this.#sessions.get(number);
    if (session === undefined) {
      throw new Error(`the worker has no session ${number}`);
    }
    return session;
  }
}

function buffersOf(values: ReadonlyMap<string, TensorValue>): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  for (const { data } of values.values()) {
    if (data.buffer instanceof ArrayBuffer) {
      buffers.add(data.buffer);
    }
  }
  return [...buffers];
}
