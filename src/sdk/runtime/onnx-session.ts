import type {
  InferenceSession,
  InferenceSessionFactory,
  Tensor,
  TensorConstructor,
} from 'onnxruntime-common';
import type { GraphSession, TensorValue, ValueDescription } from './platform.js';

/** What onnxruntime-node and onnxruntime-web have in common. */
export interface OnnxRuntime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly Tensor: TensorConstructor;
}

/**
 * Loads a graph with all of ONNX Runtime's optimisations and nothing printed.
 * @param provider execution provider; operators that it lacks run on the processor.
 * @param threads of the processor to use. @default as many as ONNX Runtime finds right
 * @throws ONNX Runtime's own error if the provider is not there or the bytes are no graph that it can run.
 */
export async function createOnnxSession(
  runtime: OnnxRuntime,
  provider: InferenceSession.ExecutionProviderConfig,
  graph: Uint8Array,
  threads?: number,
): Promise<GraphSession> {
  const session = await runtime.InferenceSession.create(graph, {
    executionProviders: [provider],
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    graphOptimizationLevel: 'all',
    logSeverityLevel: 4,
  });
  return new OnnxSession(runtime, session);
}

class OnnxSession implements GraphSession {
  readonly inputs: readonly ValueDescription[];
  readonly outputs: readonly ValueDescription[];
  readonly #runtime: OnnxRuntime;
  readonly #session: InferenceSession;

  constructor(runtime: OnnxRuntime, session: InferenceSession) {
    this.#runtime = runtime;
    this.#session = session;
    this.inputs = session.inputMetadata.map(describeValue);
    this.outputs = session.outputMetadata.map(describeValue);
  }

  async run(
    feeds: ReadonlyMap<string, TensorValue>,
    outputs: readonly string[] = this.outputs.map(({ name }) => name),
  ): Promise<ReadonlyMap<string, TensorValue>> {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { data, dims }] of feeds) {
      tensors[name] =
        data instanceof Int32Array
          ? new this.#runtime.Tensor('int32', data, dims)
          : new this.#runtime.Tensor('float32', data, dims);
    }
    const results = await this.#session.run(tensors, outputs);
    return new Map(Object.entries(results).map(([name, tensor]) => [name, toValue(name, tensor)]));
  }

  async dispose(): Promise<void> {
    await this.#session.release();
  }
}

function describeValue(metadata: InferenceSession.ValueMetadata): ValueDescription {
  return metadata.isTensor
    ? { name: metadata.name, type: metadata.type, dims: metadata.shape }
    : { name: metadata.name, type: 'not a tensor', dims: [] };
}

function toValue(name: string, tensor: Tensor): TensorValue {
  const { data, dims } = tensor;
  if (!(data instanceof Float32Array || data instanceof Int32Array)) {
    throw new TypeError(`output ${name} has values of type ${tensor.type}`);
  }
  return { data, dims };
}
