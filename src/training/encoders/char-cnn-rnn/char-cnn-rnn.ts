import * as tf from '@tensorflow/tfjs';
import { SeededDropout } from '../../layers/seeded-dropout.js';
import { ALPHABET_SIZE, TEXT_LENGTH } from './characters.js';
import { InputStartGru } from './input-start-gru.js';
import { InputStartRnn } from './input-start-rnn.js';
import { OneHotCharacters } from './one-hot-characters.js';

export interface CharCnnRnnOptions {
  /**
   * `'gru'`: 18 steps of a GRU, the encoder for CUB and COCO (`HybridCNNLong`). `'relu'`: one more pooling, then 8 steps
   * of a simple recurrent layer, the older encoder for Oxford-102 (`HybridCNN`). @default 'gru'
   */
  recurrence?: 'gru' | 'relu';
  /** Channels of the last convolution and of the state. @default 512 for 'gru', 256 for 'relu', as in the official code */
  cnnDim?: number;
  /** Size of the sentence vector, which is that of the image features it is trained against. @default 1024 */
  sentenceDim?: number;
  /**
   * Share of the averaged state that a training pass drops; such passes then need the option `random`, see
   * `SeededDropout`. @default 0, as in the official training
   */
  dropout?: number;
}

/**
 * The character encoder of StackGAN and StackGAN++: three convolutions over characters, a recurrent layer over what is
 * left of the time, its mean (Reed et al. 2016, "Learning Deep Representations of Fine-Grained Visual Descriptions";
 * reedscot/icml2016 and reedscot/cvpr2016). Torch's threshold of 1e-6 is a plain ReLU here.
 *
 * Input `characters` `[batch, 201]` int32, see `characterBatch`; output `sentence` `[batch, sentenceDim]`.
 */
export function buildCharCnnRnn(options: CharCnnRnnOptions = {}): tf.LayersModel {
  const { recurrence = 'gru', sentenceDim = 1024, dropout = 0 } = options;
  const { cnnDim = recurrence === 'gru' ? 512 : 256 } = options;
  const characters = tf.input({ shape: [TEXT_LENGTH], dtype: 'int32', name: 'characters' });
  let x = apply(new OneHotCharacters({ name: 'one_hot', size: ALPHABET_SIZE }), characters);
  x = pool(convolve(x, 384, 'conv1'), 3, 'pool1'); // 66 steps
  x = pool(convolve(x, 512, 'conv2'), 3, 'pool2'); // 21 steps
  x = convolve(x, cnnDim, 'conv3'); // 18 steps
  if (recurrence === 'relu') x = pool(x, 2, 'pool3'); // 8 steps
  const recurrent = { name: 'recurrence', units: cnnDim };
  x = apply(recurrence === 'gru' ? new InputStartGru(recurrent) : new InputStartRnn(recurrent), x);
  x = apply(tf.layers.globalAveragePooling1d({ name: 'mean_state' }), x);
  if (dropout > 0) x = apply(new SeededDropout({ name: 'dropout', rate: dropout }), x);
  const sentence = apply(tf.layers.dense({ units: sentenceDim, name: 'sentence' }), x);
  return tf.model({ inputs: characters, outputs: sentence, name: 'char_cnn_rnn' });
}

/** A window of four characters, ReLU. */
function convolve(x: tf.SymbolicTensor, filters: number, name: string): tf.SymbolicTensor {
  const window = { kernelSize: 4, padding: 'valid', activation: 'relu' } as const;
  return apply(tf.layers.conv1d({ ...window, filters, name }), x);
}

/** The largest of three steps. */
function pool(x: tf.SymbolicTensor, strides: number, name: string): tf.SymbolicTensor {
  return apply(tf.layers.maxPooling1d({ poolSize: 3, strides, padding: 'valid', name }), x);
}

function apply(layer: tf.layers.Layer, input: tf.SymbolicTensor): tf.SymbolicTensor {
  const output = layer.apply(input);
  if (!(output instanceof tf.SymbolicTensor))
    throw new TypeError(`Expected ${layer.name} to give one output.`);
  return output;
}
