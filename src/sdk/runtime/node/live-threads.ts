/** Which of the two cells that a thread shares with its starter says what. */
const CALLS = 0;
const STOPPED = 1;
/** A thread that takes longer is left to its fate. */
const MOST_WAIT_MS = 10_000;

/**
 * What a thread is doing, as it and the one that started it see it. A process that ends while a thread of it is inside
 * ONNX Runtime crashes, so the end waits for it.
 */
export class Occupancy {
  readonly cells: Int32Array<SharedArrayBuffer>;

  constructor(cells = new Int32Array(new SharedArrayBuffer(8))) {
    this.cells = cells;
  }

  /** The thread begins a call. @returns false if it must not. */
  enter(): boolean {
    Atomics.add(this.cells, CALLS, 1);
    const mayBegin = Atomics.load(this.cells, STOPPED) === 0;
    if (!mayBegin) this.leave();
    return mayBegin;
  }

  /** The thread has ended a call. */
  leave(): void {
    Atomics.sub(this.cells, CALLS, 1);
    Atomics.notify(this.cells, CALLS);
  }

  /** Has the thread begin nothing more. */
  stop(): void {
    Atomics.store(this.cells, STOPPED, 1);
  }

  /** Blocks until the thread has ended its calls. */
  wait(): void {
    const deadline = performance.now() + MOST_WAIT_MS;
    for (;;) {
      const calls = Atomics.load(this.cells, CALLS);
      const leftMs = deadline - performance.now();
      if (calls === 0 || leftMs <= 0) return;
      Atomics.wait(this.cells, CALLS, calls, leftMs);
    }
  }
}

/** The threads of a process: when it ends, by `process.exit()` too, it first lets them finish their runs. */
export class LiveThreads {
  readonly #threads = new Set<Occupancy>();
  readonly #onExit = (): void => {
    for (const thread of this.#threads) thread.stop();
    for (const thread of this.#threads) thread.wait();
  };

  add(thread: Occupancy): void {
    if (this.#threads.size === 0) process.on('exit', this.#onExit);
    this.#threads.add(thread);
  }

  delete(thread: Occupancy): void {
    this.#threads.delete(thread);
    if (this.#threads.size === 0) process.off('exit', this.#onExit);
  }
}
