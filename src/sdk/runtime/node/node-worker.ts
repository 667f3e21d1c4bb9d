import type { Worker } from 'node:worker_threads';
import { reasonOf } from '../../errors.js';
import type { WorkerPort } from '../../worker/worker-port.js';
import { END_OF_THREAD } from './end-of-thread.js';
import { type LiveThreads, Occupancy } from './live-threads.js';
import { startThread } from './start-thread.js';

/** Starts a thread that serves the calls of a worker pool. */
export function startNodeWorker(threads: LiveThreads): WorkerPort {
  // Read by ONNX Runtime when it is first loaded, and only from the main thread's environment.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  const occupancy = new Occupancy();
  const worker = startThread(new URL('./worker-entry.js', import.meta.url), occupancy.cells);
  threads.add(occupancy);
  worker.once('exit', () => threads.delete(occupancy));
  return new NodeWorker(worker);
}

class NodeWorker implements WorkerPort {
  readonly #worker: Worker;
  readonly #ended: Promise<void>;

  constructor(worker: Worker) {
    this.#worker = worker;
    this.#ended = new Promise((resolve) => worker.once('exit', () => resolve()));
  }

  post(message: unknown): void {
    this.#worker.postMessage(message);
  }

  listen(onMessage: (message: unknown) => void, onLost: (reason: string) => void): void {
    this.#worker.on('message', onMessage);
    this.#worker.on('messageerror', (error) => onLost(reasonOf(error)));
    this.#worker.on('error', (error) => onLost(`it failed: ${reasonOf(error)}`));
    this.#worker.on('exit', (code) => onLost(`it ended with code ${code}`));
  }

  keepAlive(alive: boolean): void {
    if (alive) {
      this.#worker.ref();
    } else {
      this.#worker.unref();
    }
  }

  /** Asks the thread to end itself: ended from outside while it is inside ONNX Runtime, it takes the process along. */
  terminate(): Promise<void> {
    this.#worker.ref();
    this.#worker.postMessage(END_OF_THREAD);
    return this.#ended;
  }
}
