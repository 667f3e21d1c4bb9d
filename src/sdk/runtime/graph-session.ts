import type { GraphValue } from './held-tensor.js';

/** What a graph says of one of its inputs or outputs. */
export interface ValueDescription {
  name: string;
  /** `float32`, `int32` and so on, as ONNX Runtime names them. */
  type: string;
  /** Text for a dimension that is open; empty if the graph does not give the shape. */
  dims: readonly (number | string)[];
}

/** How a graph is to be loaded. */
export interface SessionOptions {
  /**
   * Of the processor, where it computes.
   * @default as many as ONNX Runtime finds right
   */
  threads?: number | undefined;
  /** Whether the processor is to run it whatever the device: graphics cards have no recurrent layers. */
  onProcessor?: boolean | undefined;
  /**
   * Names of outputs that are to stay on the device, where it has a memory of its own; elsewhere they come back as the
   * others do.
   * @default none
   */
  held?: readonly string[] | undefined;
}

/** What a graph itself asks for, whatever else its runtime is told. */
export type PlaceOptions = Omit<SessionOptions, 'threads'>;

/** One loaded graph. */
export interface GraphSession {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /**
   * Runs the graph once.
   * @param feeds a value for every input; those that are held stay the caller's.
   * @param outputs names of those to bring back. @default all
   * @param signal when aborted, a worker stops at once; elsewhere the run goes to its end.
   * @throws WordbrushError ABORTED, WORKER_LOST from a worker; HeldTensorLost if what holds a feed is gone; anything
   * else if the run fails.
   */
  run(
    feeds: ReadonlyMap<string, GraphValue>,
    outputs?: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, GraphValue>>;
  /** Frees the graph, and what is still held of its results. */
  dispose(): Promise<void>;
}
