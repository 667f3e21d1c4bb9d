import { WordbrushError } from '../errors.js';
import type { AnswerMessage, CallKind, Calls } from './messages.js';
import { reviveError } from './transfer-error.js';
import type { WorkerPort } from './worker-port.js';

interface PendingCall {
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** Asks one worker and matches its answers with what was asked. */
export class WorkerClient {
  readonly #port: WorkerPort;
  readonly #pending = new Map<number, PendingCall>();
  #nextId = 0;
  #ended: WordbrushError | undefined;

  /** @param onLost called once if the worker ends by itself. */
  constructor(port: WorkerPort, onLost: (client: WorkerClient) => void) {
    this.#port = port;
    port.keepAlive(false);
    port.listen(
      // Only wordbrush's own script is at the other end.
      (message) => this.#settle(message as AnswerMessage),
      (reason) => {
        if (this.#ended === undefined) {
          this.#end(lost(reason));
          onLost(this);
        }
      },
    );
  }

  /** @throws WordbrushError WORKER_LOST if the worker ends before the answer; what the call itself throws. */
  call<Kind extends CallKind>(kind: Kind, request: Calls[Kind]['request']): Promise<Calls[Kind]['answer']> {
    if (this.#ended !== undefined) {
      return Promise.reject(this.#ended);
    }
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      this.#pending.set(id, { resolve: resolve as PendingCall['resolve'], reject });
      this.#port.keepAlive(true);
      this.#port.post({ id, kind, request });
    });
  }

  /** Ends the worker; calls under way fail with `error`. */
  async terminate(error: WordbrushError = lost('it was ended')): Promise<void> {
    this.#end(error);
    await this.#port.terminate();
  }

  #settle(message: AnswerMessage): void {
    const pending = this.#pending.get(message.id);
    if (pending === undefined) {
      return;
    }
    this.#pending.delete(message.id);
    if (this.#pending.size === 0) {
      this.#port.keepAlive(false);
    }
    if ('error' in message) {
      pending.reject(reviveError(message.error));
    } else {
      pending.resolve(message.answer);
    }
  }

  #end(error: WordbrushError): void {
    this.#ended = error;
    for (const { reject } of this.#pending.values()) {
      reject(error);
    }
    this.#pending.clear();
  }
}

function lost(reason: string): WordbrushError {
  return new WordbrushError('WORKER_LOST', `Expected the worker to finish the call; ${reason}.`, {
    hint: 'Call again: a new worker takes its place.',
  });
}
