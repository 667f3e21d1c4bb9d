import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor,
  TensorConstructor,
} from 'onnxruntime-common';
import { reasonOf } from '../errors.js';
import { type GraphValue, type HeldTensor, HeldTensorLost } from './held-tensor.js';
import type { Queue } from './one-at-a-time.js';
import type { GraphSession, TensorValue, ValueDescription } from './platform.js';

/** What onnxruntime-node and onnxruntime-web have in common. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

export interface OnnxSessionOptions {
  /** Operators that it lacks run on the processor. */
  provider: InferenceSession.ExecutionProviderConfig;
  /** Of the processor. @default as many as ONNX Runtime finds right */
  threads?: number | undefined;
  /** Outputs that stay in the memory of the graphics card: only for the provider `webgpu`. @default none */
  held?: readonly string[] | undefined;
  /** What is not to be done at the same time as other things of the runtime. @default everything at once */
  queue?: Queue;
}

/**
 * Threads that wait for work sleep: they share the processor with others, at least with the thread that serves, which would
 * not get its turn while they spin.
 */
const WAITING_THREADS = { intra_op: { allow_spinning: '0' } };

/**
 * A graph of bytes may name files with weights, which ONNX Runtime would read from the working folder, unverified. It is
 * pointed at a folder that there is not.
 */
const NO_FILES_OF_WEIGHTS = {
  model_external_initializers_file_folder_path: 'wordbrush-reads-no-other-files',
};

/**
 * Loads a graph with all of ONNX Runtime's optimisations and nothing printed.
 * @throws ONNX Runtime's own error if the provider is not there or the bytes are no graph that it can run.
 */
export async function createOnnxSession(
  runtime: OnnxRuntime,
  graph: Uint8Array,
  { provider, threads, held = [], queue = (work) => work() }: OnnxSessionOptions,
): Promise<GraphSession> {
  const session = await queue(() =>
    runtime.InferenceSession.create(graph, {
      executionProviders: [provider],
      ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
      extra: { session: { ...NO_FILES_OF_WEIGHTS, ...(threads === undefined ? {} : WAITING_THREADS) } },
      ...(held.length === 0
        ? {}
        : { preferredOutputLocation: Object.fromEntries(held.map((name) => [name, 'gpu-buffer'])) }),
      graphOptimizationLevel: 'all',
      logSeverityLevel: 4,
    }),
  );
  return new OnnxSession(runtime, session, held.length > 0, queue);
}

class OnnxSession implements GraphSession {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;
  readonly #holds: boolean;
  readonly #queue: Queue;
  readonly #held = new Set<HeldOnnxTensor>();
  #failure: unknown;

  constructor(runtime: OnnxRuntime, session: InferenceSession, holds: boolean, queue: Queue) {
    this.#runtime = runtime;
    this.#session = session;
    this.#holds = holds;
    this.#queue = queue;
    this.inputs = session.inputMetadata.map(describeValue);
    this.outputs = session.outputMetadata.map(describeValue);
  }

  async run(
    feeds: ReadonlyMap<string, GraphValue>,
    outputs: readonly string[] = this.outputs.map(({ name }) => name),
  ): Promise<ReadonlyMap<string, GraphValue>> {
    const results = await this.#queue(async () => {
      const tensors: Record<string, Tensor> = {};
      for (const [name, value] of feeds) tensors[name] = this.#tensorOf(value);
      return this.#holds ? this.#runWhole(tensors) : this.#session.run(tensors, outputs);
    });
    const values = new Map<string, GraphValue>();
    for (const [name, tensor] of Object.entries(results)) {
      const value = this.#valueOf(name, tensor);
      if (outputs.includes(name)) values.set(name, value);
      else if (value instanceof HeldOnnxTensor) value.dispose();
    }
    return values;
  }

  async dispose(): Promise<void> {
    for (const held of this.#held) held.dispose();
    await this.#queue(() => this.#session.release());
  }

  /**
   * Runs for all outputs: in Node a session that leaves some on the card gives all or none. After a failed run the one
   * for browsers keeps the inputs of that run, and would draw from them again.
   */
  async #runWhole(tensors: Record<string, Tensor>): Promise<InferenceSession.ReturnType> {
    if (this.#failure !== undefined) {
      throw new Error(`an earlier run failed: ${reasonOf(this.#failure)}`);
    }
    try {
      return await this.#session.run(tensors);
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }

  #tensorOf(value: GraphValue): Tensor {
    const { data, dims } = value;
    if (data instanceof Int32Array) return new this.#runtime.Tensor('int32', data, dims);
    if (data instanceof Float32Array) return new this.#runtime.Tensor('float32', data, dims);
    if (!(value instanceof HeldOnnxTensor) || value.runtime !== this.#runtime || value.isDisposed) {
      throw new HeldTensorLost();
    }
    return value.tensor;
  }

  #valueOf(name: string, tensor: Tensor): TensorValue | HeldOnnxTensor {
    if (tensor.location === 'gpu-buffer') {
      const held = new HeldOnnxTensor(this.#runtime, tensor, () => {
        this.#held.delete(held);
        // Of a device that was lost there is nothing to free.
        void this.#queue(async () => tensor.dispose()).catch(() => undefined);
      });
      this.#held.add(held);
      return held;
    }
    const { data, dims } = tensor;
    if (!(data instanceof Float32Array || data instanceof Int32Array)) {
      throw new TypeError(`output ${name} has values of type ${tensor.type}`);
    }
    return { data, dims };
  }
}

class HeldOnnxTensor implements HeldTensor {
  readonly data = undefined;
  readonly dims: readonly number[];
  readonly runtime: OnnxRuntime;
  readonly tensor: Tensor;
  readonly #free: () => void;
  #isDisposed = false;

  /** @param free called once. */
  constructor(runtime: OnnxRuntime, tensor: Tensor, free: () => void) {
    this.dims = tensor.dims;
    this.runtime = runtime;
    this.tensor = tensor;
    this.#free = free;
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#free();
  }
}

function describeValue(metadata: InferenceSession.ValueMetadata): ValueDescription {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, dims: metadata.shape }
    : { name: metadata.name, type: 'not a tensor', dims: [] };
}
