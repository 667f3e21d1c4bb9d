// ONNX Runtime sessions over the exported files, with inputs that all of them agree on.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { normalNoise } from '../../src/sdk/noise/index.js';
import { type RunTime, timed } from './run-time.js';

process.env.ORT_DISABLE_TELEMETRY = '1';
export const ort = await import('onnxruntime-node');

/** Words of a caption; AttnGAN's inputs have as many in each. */
const WORDS = 18;

type Feeds = Record<string, Tensor>;

export interface Runner {
  run(): Promise<RunTime>;
  /** The pictures of one run, by name. */
  images(): Promise<Map<string, Float32Array>>;
  release(): Promise<void>;
}

/** A session on `threads` threads; what it is fed is random, and the same for the same `batch`. */
export async function openRunner(file: string, batch: number, threads: number): Promise<Runner> {
  const session = await openSession(file, threads);
  const feeds = feedsFor(session, batch);
  return {
    run: () => timed(() => session.run(feeds)),
    images: async () => {
      const outputs = Object.entries(await session.run(feeds));
      return new Map(
        outputs.flatMap(([name, value]) =>
          name.startsWith('image') && value.data instanceof Float32Array ? [[name, value.data]] : [],
        ),
      );
    },
    release: () => session.release(),
  };
}

export function openSession(
  file: string | Uint8Array,
  threads: number,
  options: InferenceSession.SessionOptions = {},
): Promise<InferenceSession> {
  const all = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    logSeverityLevel: 3,
    ...options,
  } as const;
  return typeof file === 'string'
    ? ort.InferenceSession.create(file, all)
    : ort.InferenceSession.create(file, all);
}

export function feedsFor({ inputMetadata }: InferenceSession, batch: number): Feeds {
  return Object.fromEntries(
    inputMetadata.map((input, stream) => {
      if (!input.isTensor) throw new TypeError(`Expected "${input.name}" to be a tensor.`);
      const symbols: Record<string, number> = { batch, time: WORDS };
      const dims = input.shape.map((size) => (typeof size === 'number' ? size : (symbols[size] ?? WORDS)));
      return [input.name, tensorFor(input.name, input.type, dims, stream)];
    }),
  );
}

function tensorFor(name: string, type: string, dims: readonly number[], stream: number): Tensor {
  const size = dims.reduce((product, count) => product * count, 1);
  if (name === 'lengths') return new ort.Tensor('int32', new Int32Array(size).fill(WORDS), dims);
  // PyTorch's mask is true at padding, of which there is none.
  if (type === 'bool') return new ort.Tensor('bool', new Uint8Array(size), dims);
  if (name !== 'words') return new ort.Tensor('float32', normalNoise(7, seedOf(name, stream), size), dims);
  return new ort.Tensor('float32', wordVectors(dims), dims);
}

/** The same number for the same name, whatever the order of the inputs. */
function seedOf(name: string, stream: number): number {
  const known = ['sentence', 'z', 'eps', 'eps1', 'eps2'].indexOf(name);
  return known < 0 ? 100 + stream : known;
}

/** `[batch, words, features]` with us and `[batch, features, words]` with PyTorch, the same vectors. */
function wordVectors([batch = 0, first = 0, second = 0]: readonly number[]): Float32Array {
  const values = normalNoise(7, 50, batch * first * second);
  if (first === WORDS) return values;
  const [features, words] = [first, second];
  return Float32Array.from(values, (_, index) => {
    const [image, within] = [Math.floor(index / (features * words)), index % (features * words)];
    const [feature, word] = [Math.floor(within / words), within % words];
    return values[(image * words + word) * features + feature] ?? 0;
  });
}

/** The largest difference between the pictures of two runners. */
export async function largestDifference(one: Runner, other: Runner): Promise<number> {
  const [left, right] = [await one.images(), await other.images()];
  let largest = 0;
  for (const [name, pixels] of left) {
    const others = right.get(name);
    if (others?.length !== pixels.length) throw new TypeError(`Expected both to draw "${name}".`);
    pixels.forEach((pixel, index) => {
      largest = Math.max(largest, Math.abs(pixel - (others[index] ?? Number.NaN)));
    });
  }
  return largest;
}
