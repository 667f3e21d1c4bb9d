import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs';
import { reasonOf, WordbrushError } from '../../../sdk/errors.js';
import { float32Of, readSafetensors, type SafetensorsTensor } from '../../weights/safetensors.js';
import { buildEfficientNetLite0 } from './architecture.js';

/** The compiler leaves the weights where they are: beside this file's source, which the package carries too. */
const WEIGHT_PLACES = [
  './weights.safetensors',
  '../../../../../src/training/encoders/efficientnet-lite0/weights.safetensors',
];

/** sha256 of `weights.safetensors`: which weights a number was measured with. */
export const LITE0_WEIGHTS_SHA256 = '9ab61acba1eda833881646d87e4bc3ff2e1b363a0b0376cdab288feb62a3d0ad';

export interface LoadEfficientNetLite0Options {
  /** Side of the input in pixels. @default any */
  size?: number;
}

/**
 * EfficientNet-Lite0 with its ImageNet weights, frozen; inputs and outputs as `buildEfficientNetLite0` says. Uses the
 * TensorFlow.js backend in use; `dispose()` the model to free its 19 MB.
 * @throws {WordbrushError} `FILE_MISSING` or `WEIGHTS_INVALID`.
 */
export async function loadEfficientNetLite0(
  options: LoadEfficientNetLite0Options = {},
): Promise<tf.LayersModel> {
  const url = WEIGHT_PLACES.map((place) => new URL(place, import.meta.url)).find((place) =>
    existsSync(place),
  );
  if (url === undefined) {
    throw new WordbrushError(
      'FILE_MISSING',
      'Expected the weights of EfficientNet-Lite0 in the package, got no file.',
      {
        hint: 'Install the package again.',
      },
    );
  }
  const { tensors } = readSafetensors(await readWeights(url), url.pathname);
  const model = buildEfficientNetLite0(options.size ?? null);
  try {
    setNamedWeights(model, tensors);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/**
 * Sets every weight of a model from tensors named `layer/weight`.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if one is missing or has another shape, before any is set.
 */
export function setNamedWeights(
  model: tf.LayersModel,
  tensors: ReadonlyMap<string, SafetensorsTensor>,
): void {
  tf.tidy(() => {
    const values = model.weights.map(({ originalName, shape }) => {
      const tensor = tensors.get(originalName);
      if (tensor === undefined || `${tensor.shape}` !== `${shape}`) {
        const got = tensor === undefined ? 'nothing' : `[${tensor.shape}]`;
        throw new WordbrushError('WEIGHTS_INVALID', `Expected [${shape}] for '${originalName}', got ${got}.`);
      }
      return tf.tensor(float32Of(tensor), [...tensor.shape]);
    });
    model.setWeights(values);
  });
}

async function readWeights(url: URL): Promise<Uint8Array> {
  try {
    return await readFile(url);
  } catch (cause) {
    throw new WordbrushError('FILE_MISSING', `Could not read ${url.pathname}: ${reasonOf(cause)}.`, {
      cause,
    });
  }
}
