import { throwIfAborted } from '../../sdk/generation/abort.js';
import { requireFloats, runGraph } from '../../sdk/generation/run-graph.js';
import { nodePlatform } from '../../sdk/runtime/node/node-platform.js';
import type { GraphSession, Runtime } from '../../sdk/runtime/platform.js';
import type { ImageSet } from '../data/load-images.js';
import type { FeatureMatrix } from './feature-matrix.js';
import { pixelsOf } from './image-sets.js';
import type { Progress } from './progress.js';
import { type PixelRange, resizeBilinear } from './resize-bilinear.js';

/** A trained network that sees pictures, as ONNX. */
export interface FeatureGraph {
  /** For people. */
  name: string;
  /** From `image` `[batch, 3, side, side]` to `pooled` `[batch, features]` and, of one with classes, `logits`. */
  bytes: Uint8Array;
  /** Which weights they are. */
  weightsSha256: string;
  /** Side of the pictures that it takes, pixels. */
  side: number;
  /** What it takes for a value from 0 to 255. */
  pixels: PixelRange;
  features: number;
  /** Undefined for one that gives features alone. */
  classes: number | undefined;
}

/** What a network sees in pictures. */
export interface Features {
  /** `[pictures, features]`: what distances are taken of. */
  pooled: FeatureMatrix;
  /** `[pictures, classes]`, the probability of each; undefined of a network without classes. */
  probabilities: FeatureMatrix | undefined;
}

const AT_ONCE = 8;

/**
 * A network run by ONNX Runtime on the processor: evaluating a bundle takes no native TensorFlow. Dispose of it when done.
 */
export class FeatureNetwork {
  readonly graph: Omit<FeatureGraph, 'bytes'>;
  readonly #runtime: Runtime;
  readonly #session: GraphSession;

  private constructor(graph: Omit<FeatureGraph, 'bytes'>, runtime: Runtime, session: GraphSession) {
    this.graph = graph;
    this.#runtime = runtime;
    this.#session = session;
  }

  /** @throws WordbrushError MODEL_INVALID, RUNTIME_MISSING */
  static async open({ bytes, ...graph }: FeatureGraph): Promise<FeatureNetwork> {
    const runtime = await nodePlatform.openRuntime({ device: 'cpu', workers: 0, assets: undefined });
    try {
      return new FeatureNetwork(graph, runtime, await runtime.createSession(bytes));
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  /** @throws WordbrushError ABORTED, MODEL_INVALID */
  async features(images: ImageSet, { signal, onProgress }: Progress = {}): Promise<Features> {
    const { name, side, pixels, features, classes } = this.graph;
    const pooled = new Float32Array(images.count * features);
    const probabilities = new Float32Array(images.count * (classes ?? 0));
    const length = 3 * side ** 2;
    for (let begin = 0; begin < images.count; begin += AT_ONCE) {
      throwIfAborted(signal);
      const count = Math.min(AT_ONCE, images.count - begin);
      const data = new Float32Array(count * length);
      for (let i = 0; i < count; i++) {
        resizeBilinear(pixelsOf(images, begin + i), images.size, side, pixels, data, i * length);
      }
      const image = { data, dims: [count, 3, side, side] };
      const results = await runGraph(this.#session, new Map([['image', image]]), name);
      pooled.set(requireFloats(results, 'pooled', [count, features], name).data, begin * features);
      if (classes !== undefined) {
        const logits = requireFloats(results, 'logits', [count, classes], name).data;
        for (let i = 0; i < count; i++) {
          probabilities.set(softmax(logits.subarray(i * classes, (i + 1) * classes)), (begin + i) * classes);
        }
      }
      onProgress?.({ phase: 'features', done: begin + count, total: images.count });
    }
    return {
      pooled: { values: pooled, count: images.count, width: features },
      probabilities:
        classes === undefined ? undefined : { values: probabilities, count: images.count, width: classes },
    };
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
    await this.#runtime.dispose();
  }
}

function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
