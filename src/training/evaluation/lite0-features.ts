import * as tf from '@tensorflow/tfjs';
import { convert } from '../../../tools/export/index.js';
import { throwIfAborted } from '../../sdk/generation/abort.js';
import { requireFloats, runGraph } from '../../sdk/generation/run-graph.js';
import { nodePlatform } from '../../sdk/runtime/node/node-platform.js';
import type { GraphSession, Runtime } from '../../sdk/runtime/platform.js';
import type { ImageSet } from '../data/load-images.js';
import { POOLED_FEATURES } from '../encoders/efficientnet-lite0/architecture.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import type { FeatureMatrix } from './feature-matrix.js';
import { pixelsOf } from './image-sets.js';
import type { Progress } from './progress.js';
import { resizeBilinear } from './resize-bilinear.js';

/** Side that EfficientNet-Lite0 was trained at, pixels. */
export const LITE0_SIDE = 224;
const CLASSES = 1000;
const AT_ONCE = 8;
const FILE = 'efficientnet-lite0.onnx';

/** What EfficientNet-Lite0 sees in pictures. */
export interface Lite0Features {
  /** `[pictures, 1280]`: the pooled features that distances are taken of. */
  pooled: FeatureMatrix;
  /** `[pictures, 1000]`: the probability of each of ImageNet's classes. */
  probabilities: FeatureMatrix;
}

/**
 * EfficientNet-Lite0 with its ImageNet weights, written as ONNX by our exporter and run by ONNX Runtime on the processor:
 * evaluating a bundle takes no native TensorFlow. Dispose of it when done.
 */
export class Lite0 {
  readonly #runtime: Runtime;
  readonly #session: GraphSession;

  private constructor(runtime: Runtime, session: GraphSession) {
    this.#runtime = runtime;
    this.#session = session;
  }

  /** @throws WordbrushError FILE_MISSING, WEIGHTS_INVALID, RUNTIME_MISSING */
  static async open(): Promise<Lite0> {
    const runtime = await nodePlatform.openRuntime({ device: 'cpu', workers: 0, assets: undefined });
    try {
      return new Lite0(runtime, await runtime.createSession(await lite0Graph()));
    } catch (error) {
      await runtime.dispose();
      throw error;
    }
  }

  /** @throws WordbrushError ABORTED, MODEL_INVALID */
  async features(images: ImageSet, { signal, onProgress }: Progress = {}): Promise<Lite0Features> {
    const pooled = new Float32Array(images.count * POOLED_FEATURES);
    const probabilities = new Float32Array(images.count * CLASSES);
    const length = 3 * LITE0_SIDE ** 2;
    for (let begin = 0; begin < images.count; begin += AT_ONCE) {
      throwIfAborted(signal);
      const count = Math.min(AT_ONCE, images.count - begin);
      const data = new Float32Array(count * length);
      for (let i = 0; i < count; i++) {
        resizeBilinear(pixelsOf(images, begin + i), images.size, LITE0_SIDE, data, i * length);
      }
      const image = { data, dims: [count, 3, LITE0_SIDE, LITE0_SIDE] };
      const results = await runGraph(this.#session, new Map([['image', image]]), FILE);
      pooled.set(
        requireFloats(results, 'pooled', [count, POOLED_FEATURES], FILE).data,
        begin * POOLED_FEATURES,
      );
      const logits = requireFloats(results, 'logits', [count, CLASSES], FILE).data;
      for (let i = 0; i < count; i++) {
        probabilities.set(softmax(logits.subarray(i * CLASSES, (i + 1) * CLASSES)), (begin + i) * CLASSES);
      }
      onProgress?.({ phase: 'features', done: begin + count, total: images.count });
    }
    return {
      pooled: { values: pooled, count: images.count, width: POOLED_FEATURES },
      probabilities: { values: probabilities, count: images.count, width: CLASSES },
    };
  }

  async dispose(): Promise<void> {
    await this.#session.dispose();
    await this.#runtime.dispose();
  }
}

/** From picture to pooled features and logits. */
async function lite0Graph(): Promise<Uint8Array> {
  const network = await loadEfficientNetLite0({ size: LITE0_SIDE });
  try {
    const [, pooled, logits] = network.outputs;
    if (pooled === undefined || logits === undefined) {
      throw new TypeError('Expected EfficientNet-Lite0 to give regions, pooled features and logits.');
    }
    const model = tf.model({ inputs: network.inputs, outputs: [pooled, logits], name: network.name });
    return convert(model, {
      inputs: [{ name: 'image', layout: 'nchw' }],
      outputs: [{ name: 'pooled' }, { name: 'logits' }],
    }).bytes;
  } finally {
    network.dispose();
  }
}

function softmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  const powers = Float64Array.from(logits, (value) => Math.exp(value - largest));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
