import type { WorkerPort } from '../../worker/worker-port.js';

/** Starts a worker of the browser. @throws the browser's own error where a page may start none. */
export function startWebWorker(script: URL): WorkerPort {
  return new WebWorker(new Worker(script, { type: 'module', name: 'wordbrush' }));
}

class WebWorker implements WorkerPort {
  readonly #worker: Worker;

  constructor(worker: Worker) {
    this.#worker = worker;
  }

  post(message: unknown): void {
    this.#worker.postMessage(message);
  }

  listen(onMessage: (message: unknown) => void, onLost: (reason: string) => void): void {
    this.#worker.addEventListener('message', ({ data }) => onMessage(data));
    this.#worker.addEventListener('messageerror', () => onLost('its message could not be read'));
    this.#worker.addEventListener('error', ({ message }) => {
      // A script that does not load gives an event without a message.
      onLost(message === undefined || message === '' ? 'its script does not load' : `it failed: ${message}`);
    });
  }

  /** A page's workers end with the page. */
  keepAlive(): void {}

  async terminate(): Promise<void> {
    this.#worker.terminate();
  }
}
