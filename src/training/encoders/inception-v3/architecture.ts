import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import { BatchNormalization } from '../../layers/batch-normalization.js';
import {
  type BlockPlan,
  type BranchPlan,
  blockPlans,
  type ConvolutionPlan,
  type LastPooling,
  stemPlans,
} from './plans.js';

/** The block whose map gives the regions: 17×17 at 299 pixels. */
const REGIONS_BLOCK = 'Mixed_6e';
const NORM_EPSILON = 1e-3;
/** The last block sees one place then; of less it would see none. */
const SMALLEST_SIZE = 75;

/** Channels of the map. */
export const MAP_CHANNELS = 768;
/** Length of the pooled vector. */
export const POOLED_DIM = 2048;

export interface InceptionV3Options {
  /** Side of the input in pixels, at least 75; null takes any. @default 299 */
  size?: number | null;
  /**
   * Whether the zeros around a map count in the averages at its border. @default true, as in torchvision and so in the
   * encoders of the official code; false as in TensorFlow, where the published weights were trained
   */
  countPadding?: boolean;
  /** Of the last block's pooled branch. @default 'average'; 'maximum' in the graph of 2015 that FID is measured with */
  lastPooling?: LastPooling;
}

/**
 * The convolutional part of Inception-v3 (Szegedy et al. 2016; the graph of torchvision's `inception_v3` without its
 * classifiers), frozen, with kernels of zeros: its weights are yet to be set.
 *
 * Input: images `[batch, size, size, 3]` from -1 to 1. Outputs: map `[batch, 17, 17, 768]` (`Mixed_6e`), pooled
 * `[batch, 2048]` (the mean of `Mixed_7c`); the map is as large as the size allows. Its layers are named as torchvision
 * names them, with slashes for dots: `Mixed_5b/branch1x1/conv`, `Mixed_5b/branch1x1/bn`.
 *
 * A training pass normalises by the batch and moves the running statistics, as the official pretraining of DAMSM does
 * though it calls the network fixed; leave `training` out to have it fixed.
 * @throws {WordbrushError} `INVALID_OPTION` for a smaller size.
 */
export function buildInceptionV3(options: InceptionV3Options = {}): tf.LayersModel {
  const { size = 299, countPadding = true, lastPooling } = options;
  if (size !== null && !(Number.isInteger(size) && size >= SMALLEST_SIZE)) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected Inception-v3's size to be a whole number from ${SMALLEST_SIZE}, received ${size}.`,
      { hint: 'Its weights were trained at 299 pixels; resize the images to that.', details: { size } },
    );
  }
  const input = tf.input({ shape: [size, size, 3], name: 'image' });
  let x = input;
  for (const [index, plan] of stemPlans().entries()) {
    x = plan === null ? halvingMaximum(x, `stem_pool${index}`) : convNormRelu(x, plan);
  }
  let map = x;
  for (const plan of blockPlans(lastPooling)) {
    x = mixed(x, plan, countPadding);
    if (plan.name === REGIONS_BLOCK) map = x;
  }
  const pooled = apply(tf.layers.globalAveragePooling2d({ name: 'pooled' }), x);
  const model = tf.model({ inputs: input, outputs: [map, pooled], name: 'inception_v3' });
  model.trainable = false;
  return model;
}

function mixed(
  x: tf.SymbolicTensor,
  { name, branches }: BlockPlan,
  countPadding: boolean,
): tf.SymbolicTensor {
  const outputs = branches.flatMap((plan) => branch(x, plan, name, countPadding));
  return apply(tf.layers.concatenate({ axis: -1, name }), outputs);
}

function branch(
  input: tf.SymbolicTensor,
  { pooling, convolutions, fork }: BranchPlan,
  block: string,
  countPadding: boolean,
): tf.SymbolicTensor[] {
  let x = input;
  if (pooling === 'halvingMaximum') x = halvingMaximum(x, `${block}/max_pool`);
  if (pooling === 'maximum') x = neighbourMaximum(x, `${block}/max_pool`);
  if (pooling === 'average') x = neighbourAverage(x, `${block}/average_pool`, countPadding);
  for (const plan of convolutions) x = convNormRelu(x, plan);
  return fork === undefined ? [x] : fork.map((plan) => convNormRelu(x, plan));
}

function convNormRelu(
  x: tf.SymbolicTensor,
  { name, filters, kernelSize, strides, padding }: ConvolutionPlan,
): tf.SymbolicTensor {
  const conv = tf.layers.conv2d({
    filters,
    kernelSize: [...kernelSize],
    strides,
    padding,
    useBias: false,
    // To draw 22 million random numbers takes seconds, and all of them are replaced.
    kernelInitializer: 'zeros',
    name: `${name}/conv`,
  });
  const norm = new BatchNormalization({ name: `${name}/bn`, epsilon: NORM_EPSILON });
  return apply(tf.layers.reLU({ name: `${name}/relu` }), apply(norm, apply(conv, x)));
}

function halvingMaximum(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return apply(tf.layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'valid', name }), x);
}

function neighbourMaximum(x: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return apply(tf.layers.maxPooling2d({ poolSize: 3, strides: 1, padding: 'same', name }), x);
}

function neighbourAverage(x: tf.SymbolicTensor, name: string, countPadding: boolean): tf.SymbolicTensor {
  const window = { poolSize: 3, strides: 1 } as const;
  // TensorFlow's own padding does not count.
  if (!countPadding) return apply(tf.layers.averagePooling2d({ ...window, padding: 'same', name }), x);
  const padded = apply(tf.layers.zeroPadding2d({ padding: 1, name: `${name}_padding` }), x);
  return apply(tf.layers.averagePooling2d({ ...window, padding: 'valid', name }), padded);
}

function apply(layer: tf.layers.Layer, input: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor {
  const output = layer.apply(input);
  if (!(output instanceof tf.SymbolicTensor))
    throw new TypeError(`Expected ${layer.name} to give one output.`);
  return output;
}
