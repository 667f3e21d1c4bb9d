import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from './batch-normalization.js';
import { activate, channelsBefore, type GeneratorActivation } from './generator-activation.js';
import { connected } from './model-outputs.js';

export interface FirstMapOptions {
  /** Channels of the 4×4 map. */
  channels: number;
  activation: GeneratorActivation;
  name: string;
}

/**
 * A vector `[batch, features]` becomes a map `[batch, 4, 4, channels]`: linear layer without bias, batch normalisation
 * over the features (not the channels), activation, and the official code's view as channels × 4 × 4.
 */
export function firstMap(vector: tf.SymbolicTensor, options: FirstMapOptions): tf.SymbolicTensor {
  const { channels, activation, name } = options;
  const units = channelsBefore(activation, 16 * channels);
  const linear = connected(tf.layers.dense({ units, useBias: false, name }), vector);
  const normalised = connected(new BatchNormalization({ name: `${name}_bn` }), linear);
  const activated = activate(normalised, activation, name);
  const map = connected(tf.layers.reshape({ targetShape: [channels, 4, 4], name: `${name}_map` }), activated);
  return connected(tf.layers.permute({ dims: [2, 3, 1], name: `${name}_map_nhwc` }), map);
}
