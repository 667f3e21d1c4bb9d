import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';
import { connected } from './model-outputs.js';
import { PlainConv2D } from './plain-conv2d.js';
import { SpectralConv2D } from './spectral-conv2d.js';

/** How a discriminator keeps its activations in range: `batch` as in the official code, or `spectral`. */
export type DiscriminatorNormalization = 'batch' | 'spectral';

export interface DiscriminatorConvOptions {
  name: string;
  filters: number;
  kernelSize: number;
  strides: number;
  normalization: DiscriminatorNormalization;
  /** Batch normalisation after the convolution, where `normalization` is `batch`. @default true */
  normalize?: boolean;
  /** Leaky ReLU at the end. @default true */
  activate?: boolean;
}

/** Convolution without bias, normalisation, leaky ReLU 0.2: the block that all discriminators are made of. */
export function discriminatorConv(
  x: tf.SymbolicTensor,
  options: DiscriminatorConvOptions,
): tf.SymbolicTensor {
  const { name, filters, kernelSize, strides, normalization, normalize = true, activate = true } = options;
  const batch = normalization === 'batch';
  const settings = { filters, kernelSize, strides, padding: 'same' as const, name: `${name}/conv` };
  // Without batch normalisation nothing else shifts the activations, so the convolution needs its bias.
  const convolution = batch
    ? new PlainConv2D({ ...settings, useBias: false })
    : new SpectralConv2D({ ...settings, useBias: true });
  let y = connected(convolution, x);
  if (batch && normalize) y = connected(new BatchNormalization({ name: `${name}/bn` }), y);
  return activate ? leakyRelu(y, name) : y;
}

/** Leaky ReLU of slope 0.2, as all discriminators have it. */
export function leakyRelu(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return connected(tf.layers.leakyReLU({ alpha: 0.2, name: `${name}/lrelu` }), x);
}

export interface LogitConvOptions {
  name: string;
  normalization: DiscriminatorNormalization;
  /** @default true; StackGAN's official TensorFlow code has none */
  useBias?: boolean;
}

/** The last layer of a head: 4×4 features become one logit a picture, `[batch, 1]`. */
export function logitConv(x: tf.SymbolicTensor, options: LogitConvOptions): tf.SymbolicTensor {
  const { name, normalization, useBias = true } = options;
  const settings = { filters: 1, kernelSize: 4, strides: 4, padding: 'valid' as const, useBias, name };
  const convolution = normalization === 'batch' ? new PlainConv2D(settings) : new SpectralConv2D(settings);
  return connected(tf.layers.flatten({ name: `${name}/logit` }), connected(convolution, x));
}
