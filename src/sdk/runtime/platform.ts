/** Where the graphs run. */
export type Device = 'cpu';

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

/** One loaded graph. */
export interface GraphSession {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  /** Runs the graph once. `feeds` has a value for every input; the result has one for every output. */
  run(feeds: ReadonlyMap<string, TensorValue>): Promise<ReadonlyMap<string, TensorValue>>;
  dispose(): Promise<void>;
}

/** The files of a model bundle, wherever it lies. Paths are those of the manifest, already checked. */
export interface BundleFiles {
  /** For messages. */
  readonly location: string;
  /** Size in bytes, or undefined if there is no such file. */
  sizeOf(path: string): Promise<number | undefined>;
  read(path: string): Promise<Uint8Array>;
}

/** Writes a file whole or not at all. */
export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>;

/** All that differs between Node and a browser. */
export interface Platform {
  readonly device: Device;
  /**
   * @param location a folder; without it, the model that comes with the package.
   * @throws WordbrushError MODEL_NOT_FOUND.
   */
  openBundle(location: string | undefined): Promise<BundleFiles>;
  /** @throws WordbrushError RUNTIME_MISSING; anything else if the bytes are no graph. */
  createSession(graph: Uint8Array): Promise<GraphSession>;
  /** @throws WordbrushError OUTPUT_NOT_WRITABLE. */
  readonly writeFile: WriteFile;
  /** Tells the developer of a mistake that must not stop the work. */
  warn(message: string): void;
}
