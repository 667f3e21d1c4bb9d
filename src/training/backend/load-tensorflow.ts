import { createRequire } from 'node:module';
import type * as tf from '@tensorflow/tfjs';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';

export interface LoadTensorFlowOptions {
  /**
   * `'native'`: TensorFlow itself, through `@tensorflow/tfjs-node-gpu`. `'cpu'`: plain JavaScript, some two hundred
   * times slower; for tests and tiny models. @default 'native'
   */
  backend?: 'native' | 'cpu';
  /**
   * Whether TensorFlow computes with oneDNN, where the environment does not say: 1.5 times as fast in training, but it keeps
   * freed memory to itself. Counts where the library is first loaded in a process. @default true
   */
  oneDnn?: boolean;
}

/**
 * Loads TensorFlow.js on the backend asked for, never on another. `@tensorflow/tfjs-node-gpu` registers its backend
 * with the one instance of `@tensorflow/tfjs` that both resolve to, so that modules which import
 * `@tensorflow/tfjs` themselves run on it once this has resolved.
 * @throws {WordbrushError} `BACKEND_UNAVAILABLE` if the package or its native library is missing or does not load.
 */
export async function loadTensorFlow(options: LoadTensorFlowOptions = {}): Promise<typeof tf> {
  const { backend = 'native', oneDnn = true } = options;
  if (backend === 'native') {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    // TensorFlow leaves it off on some processors.
    process.env.TF_ENABLE_ONEDNN_OPTS ??= oneDnn ? '1' : '0';
    restoreRemovedUtilities();
  }
  try {
    if (backend === 'native') await import('@tensorflow/tfjs-node-gpu');
    const loaded = await import('@tensorflow/tfjs');
    const name = backend === 'native' ? 'tensorflow' : 'cpu';
    if (!(await loaded.setBackend(name))) throw new Error(`TensorFlow.js does not start its backend ${name}`);
    if (backend === 'native') {
      (await import('./rectifier-gradients.js')).registerRectifierGradients();
      (await import('./convolution-gradients.js')).registerConvolutionGradients();
    }
    return loaded;
  } catch (cause) {
    throw new WordbrushError(
      'BACKEND_UNAVAILABLE',
      `Expected the ${backend} backend of TensorFlow.js to load, but: ${firstLine(cause)}.`,
      { hint: HINTS[backend], cause, details: { backend } },
    );
  }
}

const HINTS = {
  native: 'Run `wordbrush setup training`, or train on the slow backend with `--backend cpu`.',
  cpu: 'Run `npm install --save-dev --ignore-scripts @tensorflow/tfjs-node-gpu@4.22.0`, which brings TensorFlow.js.',
};

/** Node.js 23 removed functions of `util` that the package's JavaScript calls. */
function restoreRemovedUtilities(): void {
  const util: Record<string, unknown> = createRequire(import.meta.url)('node:util');
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  util.isArray ??= Array.isArray;
}

function firstLine(error: unknown): string {
  return reasonOf(error).trim().split('\n')[0] ?? '';
}
