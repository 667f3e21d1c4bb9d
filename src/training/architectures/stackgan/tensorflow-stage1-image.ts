import * as tf from '@tensorflow/tfjs';
import { BatchNormalization } from '../../layers/batch-normalization.js';
import { connected } from '../../layers/model-outputs.js';
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
  const linear = tf.layers.dense({ units: MAP_SIDE ** 2 * channels, name: 'fc' });
  const normalised = connected(
    new BatchNormalization({ name: 'fc_bn' }),
    connected(linear, noiseAndCondition),
  );
  const map = tf.layers.reshape({ targetShape: [MAP_SIDE, MAP_SIDE, channels], name: 'fc_map' });
  let x = connected(map, normalised);
  x = residualBottleneck(x, { filters: channels, name: 'residual1' });
  x = upBlock(x, { filters: channels / 2, activation: 'none', name: 'upsample1' });
  x = residualBottleneck(x, { filters: channels / 2, name: 'residual2' });
  x = upBlock(x, { filters: channels / 4, activation: 'relu', name: 'upsample2' });
  x = upBlock(x, { filters: channels / 8, activation: 'relu', name: 'upsample3' });
  const image = connected(new UpConv2D({ filters: 3, name: 'img' }), x);
  return connected(tf.layers.activation({ activation: 'tanh', name: 'img/tanh' }), image);
}
