import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { float32Of, type SafetensorsTensor } from '../../weights/safetensors.js';
import { setNamedWeights } from '../efficientnet-lite0/load.js';
import { buildInceptionV3, type InceptionV3Options } from './architecture.js';
import { readNsfwjsInception } from './nsfwjs-package.js';
import { convolutionPlans } from './plans.js';

/**
 * Inception-v3 with the weights in the npm package `nsfwjs` 4.3.0 (MIT), fine-tuned to tell five kinds of pictures
 * apart and rounded to 8 bits. Inputs and outputs as `buildInceptionV3` says; the map is the package's `mixed7`, the
 * pooled vector its `average_pooling2d_10`. Averages leave the padding out, as they do there.
 *
 * The package takes pixels from 0 to 1, this model from -1 to 1 like every other trunk: the first layer's weights
 * account for it exactly. `dispose()` the model to free its 87 MB.
 * @param packageFolder such as `node_modules/nsfwjs`.
 * @throws {WordbrushError} `FILE_MISSING`, or `WEIGHTS_INVALID` where the package is another.
 */
export async function loadNsfwjsInceptionV3(
  packageFolder: string,
  options: Pick<InceptionV3Options, 'size'> = {},
): Promise<tf.LayersModel> {
  const weights = ourWeights(await readNsfwjsInception(packageFolder), packageFolder);
  const model = buildInceptionV3({ ...options, countPadding: false });
  try {
    setNamedWeights(model, weights);
  } catch (error) {
    model.dispose();
    throw error;
  }
  return model;
}

/** Keras numbers its layers in the order in which they were made. */
function ourWeights(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  packageFolder: string,
): Map<string, SafetensorsTensor> {
  const take = (name: string): SafetensorsTensor => {
    const tensor = tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new WordbrushError('WEIGHTS_INVALID', `Expected weights ${name} in ${packageFolder}, got none.`, {
      hint: 'Version 4.3.0 of nsfwjs is known to work: `npm install nsfwjs@4.3.0`.',
      details: { packageFolder, name },
    });
  };
  const weights = new Map<string, SafetensorsTensor>();
  for (const [index, { name, filters }] of convolutionPlans().entries()) {
    const kernel = take(`conv2d_${index + 1}/kernel`);
    const norm = `batch_normalization_${index + 1}`;
    const mean = take(`${norm}/moving_mean`);
    const first = index === 0 ? fromSignedPixels(kernel, mean) : { kernel, mean };
    weights.set(`${name}/conv/kernel`, first.kernel);
    // Keras's Inception-v3 does without a scale.
    weights.set(`${name}/bn/gamma`, {
      dtype: 'F32',
      shape: [filters],
      data: new Float32Array(filters).fill(1),
    });
    weights.set(`${name}/bn/beta`, take(`${norm}/beta`));
    weights.set(`${name}/bn/moving_mean`, first.mean);
    weights.set(`${name}/bn/moving_variance`, take(`${norm}/moving_variance`));
  }
  return weights;
}

/**
 * The first layer for pixels x from -1 to 1 where the stored one takes (x + 1) / 2: half the kernel, and the sum of
 * that half goes into the mean. Exact, since the layer has no padding.
 */
function fromSignedPixels(
  kernel: SafetensorsTensor,
  mean: SafetensorsTensor,
): { kernel: SafetensorsTensor; mean: SafetensorsTensor } {
  const half = float32Of(kernel).map((value) => value / 2);
  const means = Float64Array.from(float32Of(mean));
  for (const [index, value] of half.entries()) {
    const filter = index % means.length;
    means[filter] = (means[filter] ?? 0) - value;
  }
  return {
    kernel: { dtype: 'F32', shape: kernel.shape, data: half },
    mean: { dtype: 'F32', shape: mean.shape, data: Float32Array.from(means) },
  };
}
