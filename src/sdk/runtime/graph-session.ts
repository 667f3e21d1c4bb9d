/** A tensor outside any runtime: the values in row-major order and the size of each dimension. */
export interface TensorValue {
  data: Float32Array | Int32Array;
  dims: readonly number[];
}

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
}

/** One loaded graph. */
export interface GraphSession {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /**
   * Runs the graph once.
   * @param feeds a value for every input.
   * @param outputs names of those to bring back. @default all
   * @param signal when aborted, a worker stops at once; elsewhere the run goes to its end.
   * @throws WordbrushError ABORTED, WORKER_LOST from a worker; anything else if the run fails.
   */
  run(
    feeds: ReadonlyMap<string, TensorValue>,
    outputs?: readonly string[],
    signal?: AbortSignal,
  ): Promise<ReadonlyMap<string, TensorValue>>;
  dispose(): Promise<void>;
}
