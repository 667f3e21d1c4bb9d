import type * as OnnxRuntime from 'onnxruntime-node';
import { reasonOf, WordbrushError } from '../../../src/sdk/errors.js';
import { loadRuntime } from '../../../src/sdk/runtime/node/load-runtime.js';
import { dataTypeOf, type TensorArray, type TensorData } from '../graph/tensor-data.js';

/** How much ONNX Runtime may rewrite the graph: not at all, or as much as it can. */
export type Optimization = 'disabled' | 'all';

/** Tensors by the names that the graph gives them. */
export type NamedTensors = Readonly<Record<string, TensorData>>;

/** Without memory kept for later runs: there are none, and a large graph would keep hundreds of megabytes. */
const SESSION_OPTIONS = { enableCpuMemArena: false, enableMemPattern: false } as const;

/**
 * Runs an ONNX file, its bytes or its path, on each set of inputs in ONNX Runtime's CPU provider. Throws
 * `RUNTIME_MISSING` where ONNX Runtime is not installed, `MODEL_INVALID` where it refuses the file or the inputs.
 */
export async function runOnnx(
  file: Uint8Array | string,
  optimization: Optimization,
  inputs: readonly NamedTensors[],
): Promise<NamedTensors[]> {
  const ort = await loadRuntime();
  try {
    const options = {
      ...SESSION_OPTIONS,
      executionProviders: ['cpu'],
      graphOptimizationLevel: optimization,
      // Errors only: they come as exceptions, and a library does not print.
      logSeverityLevel: 4,
    } as const;
    const session = await (typeof file === 'string'
      ? ort.InferenceSession.create(file, options)
      : ort.InferenceSession.create(file, options));
    try {
      const results: NamedTensors[] = [];
      for (const feeds of inputs) results.push(fromRuntime(await session.run(toRuntime(ort, feeds))));
      return results;
    } finally {
      await session.release();
    }
  } catch (cause) {
    if (cause instanceof WordbrushError) throw cause;
    throw new WordbrushError(
      'MODEL_INVALID',
      `Expected ONNX Runtime to run the exported graph, but: ${reasonOf(cause)}.`,
      { cause, hint: 'The operator or its inputs named there come from the handler of that layer.' },
    );
  }
}

function toRuntime(
  ort: Pick<typeof OnnxRuntime, 'Tensor'>,
  tensors: NamedTensors,
): Record<string, OnnxRuntime.Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape }]) => [
      name,
      new ort.Tensor(dataTypeOf(data), data, shape),
    ]),
  );
}

function fromRuntime(values: OnnxRuntime.InferenceSession.OnnxValueMapType): NamedTensors {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => {
      if ('data' in value && isTensorArray(value.data))
        return [name, { data: value.data, shape: [...value.dims] }];
      throw new WordbrushError('MODEL_INVALID', `Expected output "${name}" to be a tensor of numbers.`);
    }),
  );
}

function isTensorArray(data: unknown): data is TensorArray {
  return (
    data instanceof Float32Array ||
    data instanceof Int32Array ||
    data instanceof BigInt64Array ||
    data instanceof Uint8Array
  );
}
