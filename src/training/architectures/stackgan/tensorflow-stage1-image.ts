import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from '../../layers/batch-normalization.js';
import { residualBottleneck } from '../../layers/residual-bottleneck.js';
import { upBlock } from '../../layers/up-block.js';
import { UpConv2D } from '../../layers/up-conv2d.js';

/** Side of the first map. */
const MAP_SIDE = 4;

/**
 * Noise and condition `[batch, conditionDim + zDim]` become a picture `[batch, 64, 64, 3]` as in the official TensorFlow
 * code: a linear layer with bias and without activation, residual bottlenecks at 4×4 and 8×8, and a last doubling that
 * only the picture's own convolution follows.
 */
export function tensorflowStage1Image(
  noiseAndCondition: tf.SymbolicTensor,
  baseWidth: number,
): tf.SymbolicTensor {
  const channels = 8 * baseWidth;
  const linear = tf.layers.dense({ units: MAP_SIDE ** 2 * channels, name: 'fc' }).apply(noiseAndCondition);
  const normalised = new BatchNormalization({ name: 'fc_bn' }).apply(linear);
  let x = tf.layers
    .reshape({ targetShape: [MAP_SIDE, MAP_SIDE, channels], name: 'fc_map' })
    .apply(normalised) as tf.SymbolicTensor;
  x = residualBottleneck(x, { filters: channels, name: 'residual1' });
  x = upBlock(x, { filters: channels / 2, activation: 'none', name: 'upsample1' });
  x = residualBottleneck(x, { filters: channels / 2, name: 'residual2' });
  x = upBlock(x, { filters: channels / 4, activation: 'relu', name: 'upsample2' });
  x = upBlock(x, { filters: channels / 8, activation: 'relu', name: 'upsample3' });
  const image = new UpConv2D({ filters: 3, name: 'img' }).apply(x);
  return tf.layers.activation({ activation: 'tanh', name: 'img/tanh' }).apply(image) as tf.SymbolicTensor;
}
