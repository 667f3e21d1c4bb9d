/** One worker, as `worker_threads` and browsers both have it. */
export interface WorkerPort {
  /** Copies a message to the worker. */
  post(message: unknown): void;
  /** Sets what happens with the worker's messages, and when it has ended by itself; called once, at the start. */
  listen(onMessage: (message: unknown) => void, onLost: (reason: string) => void): void;
  /** Whether the worker keeps the process alive. */
  keepAlive(alive: boolean): void;
  /** Ends the worker; it may finish the run that it is in. */
  terminate(): Promise<void>;
}

/** The worker's own end. */
export interface WorkerScope {
  /** Moves `transfer` instead of copying it. */
  post(message: unknown, transfer: readonly ArrayBuffer[]): void;
  listen(onMessage: (message: unknown) => void): void;
}
