import * as tf from '@tensorflow/tfjs';
import {
  type DiscriminatorNormalization,
  discriminatorConv,
  leakyRelu,
} from '../../layers/discriminator-conv.js';
import { connected } from '../../layers/model-outputs.js';

export interface TensorflowBackboneOptions {
  /** Name of the model, and prefix of its weights in a checkpoint. */
  name: string;
  stage: 1 | 2;
  /** DF_DIM of the official code: channels after the first convolution. */
  baseWidth: number;
  normalization: DiscriminatorNormalization;
}

type BlockOptions = Pick<TensorflowBackboneOptions, 'normalization'> & { filters: number; name: string };

/**
 * Image `[batch, side, side, 3]` (64 pixels in Stage-I, 256 in Stage-II) to features `[batch, 4, 4, 8 baseWidth]`, as
 * the official TensorFlow code has it: strided convolutions, in Stage-II convolutions 1×1 back to 8 times the base
 * width, and a residual bottleneck. What the bottleneck adds to has no activation, nor has Stage-I's third convolution.
 */
export function buildTensorflowBackbone(options: TensorflowBackboneOptions): tf.LayersModel {
  const { name, stage, baseWidth, normalization } = options;
  const side = stage === 1 ? 64 : 256;
  const image = tf.input({ shape: [side, side, 3], name: 'image' });
  let x = image;
  const levels = stage === 1 ? 4 : 6;
  for (let level = 0; level < levels; level++) {
    x = discriminatorConv(x, {
      name: `encode${level}`,
      filters: baseWidth * 2 ** level,
      kernelSize: 4,
      strides: 2,
      normalization,
      normalize: level > 0,
      activate: stage === 2 || level < 2,
    });
  }
  const pointwise = { kernelSize: 1, strides: 1, normalization };
  if (stage === 2) {
    x = discriminatorConv(x, { ...pointwise, name: 'reduce4', filters: 16 * baseWidth });
    x = discriminatorConv(x, { ...pointwise, name: 'reduce3', filters: 8 * baseWidth, activate: false });
  }
  x = residualBottleneck(x, { filters: 8 * baseWidth, normalization, name: 'residual' });
  return tf.model({ inputs: image, outputs: x, name });
}

/** The bottleneck of the generator with a discriminator's convolutions: leaky, batch or spectrally normalised. */
function residualBottleneck(x: tf.SymbolicTensor, options: BlockOptions): tf.SymbolicTensor {
  const { filters, normalization, name } = options;
  const narrow = { filters: filters / 4, strides: 1, normalization };
  const reduced = discriminatorConv(x, { ...narrow, kernelSize: 1, name: `${name}/reduce` });
  const inner = discriminatorConv(reduced, { ...narrow, kernelSize: 3, name: `${name}/inner` });
  const outer = discriminatorConv(inner, {
    ...narrow,
    filters,
    kernelSize: 3,
    activate: false,
    name: `${name}/expand`,
  });
  const sum = connected(tf.layers.add({ name: `${name}/add` }), [x, outer]);
  return leakyRelu(sum, `${name}/sum`);
}
