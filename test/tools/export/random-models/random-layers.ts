import * as tf from '@tensorflow/tfjs';
import { ACTIVATION_NAMES } from '../layer-examples/elementwise.js';
import type { Dice } from './dice.js';
import { mapLayer, sequenceLayer, volumeLayer } from './random-window-layers.js';

/** Makes a layer for tensors of these sizes, the batch left out; undefined where it does not fit them. */
export type LayerMaker = (sizes: readonly number[], dice: Dice) => tf.layers.Layer | undefined;

/** A layer with random options for tensors of these sizes. */
export function randomLayer(sizes: readonly number[], dice: Dice): tf.layers.Layer {
  const ofRank = [sequenceLayer, mapLayer, volumeLayer][sizes.length - 2];
  if (ofRank !== undefined && dice.chance(0.55)) {
    const layer = ofRank(sizes, dice);
    if (layer !== undefined) return layer;
  }
  const layer = dice.pick(ANY_RANK)(sizes, dice);
  return layer ?? tf.layers.activation({ activation: dice.pick(ACTIVATION_NAMES) });
}

const ANY_RANK: readonly LayerMaker[] = [
  (_, dice) => tf.layers.activation({ activation: dice.pick(ACTIVATION_NAMES) }),
  (_, dice) => tf.layers.activation({ activation: dice.pick(ACTIVATION_NAMES) }),
  (_, dice) =>
    tf.layers.dense({
      units: dice.integer(1, 5),
      activation: dice.pick(ACTIVATION_NAMES),
      useBias: dice.chance(0.7),
    }),
  (_, dice) => tf.layers.reLU(dice.chance(0.5) ? {} : { maxValue: 1 }),
  (_, dice) => tf.layers.leakyReLU({ alpha: dice.pick([0, 0.2, 1, 1.5]) }),
  (sizes, dice) => {
    const axes = sizes.map((_, axis) => axis + 1);
    return tf.layers.prelu(dice.chance(0.5) ? {} : { sharedAxes: dice.some(axes) });
  },
  () => tf.layers.elu(),
  (sizes, dice) => {
    const axes = sizes.map((_, axis) => axis + 1);
    return tf.layers.softmax({ axis: dice.chance(0.5) ? -1 : several(dice.some(axes)) });
  },
  (sizes, dice) => {
    if (sizes.length > 3) return undefined;
    // Over the last axis only: TF.js's plain JavaScript gets others wrong.
    return tf.layers.batchNormalization({ scale: dice.chance(0.8), center: dice.chance(0.8) });
  },
  (sizes, dice) => {
    // A single element is normalised to zero, give or take what rounding makes of 0 / sqrt(epsilon).
    if (sizes.length > 3) return undefined;
    const axes = sizes.map((_, axis) => axis + 1);
    return tf.layers.layerNormalization({
      axis: dice.chance(0.5) ? -1 : dice.shuffle(dice.some(axes)),
      scale: dice.chance(0.8),
      center: dice.chance(0.8),
    });
  },
  (_, dice) =>
    dice.pick([
      tf.layers.dropout({ rate: 0.3 }),
      tf.layers.gaussianNoise({ stddev: 1 }),
      tf.layers.gaussianDropout({ rate: 0.3 }),
      tf.layers.alphaDropout({ rate: 0.3 }),
    ]),
  (_, dice) => tf.layers.rescaling({ scale: 0.7, offset: dice.pick([0, -0.3]) }),
  (sizes, dice) => tf.layers.reshape({ targetShape: otherShape(sizes, dice) }),
  (sizes, dice) => (sizes.length < 2 ? undefined : tf.layers.flatten(dice.pick(FLATTEN_FORMATS))),
  (sizes, dice) =>
    sizes.length < 2
      ? undefined
      : tf.layers.permute({ dims: dice.shuffle(sizes.map((_, axis) => axis + 1)) }),
  (sizes, dice) => (sizes.length === 1 ? tf.layers.repeatVector({ n: dice.integer(1, 4) }) : undefined),
];

const FLATTEN_FORMATS = [{}, { dataFormat: 'channelsFirst' }, { dataFormat: 'channelsLast' }] as const;

/** TF.js takes a list of one axis only if that is the last. */
function several(axes: readonly number[]): number | number[] {
  return axes.length === 1 ? -1 : [...axes];
}

/** The same number of elements in another shape, one size of which may be left open. */
function otherShape(sizes: readonly number[], dice: Dice): number[] {
  let rest = sizes.reduce((product, size) => product * size, 1);
  const shape: number[] = [];
  while (rest > 1 && shape.length < 3) {
    const divisors = Array.from({ length: rest }, (_, index) => index + 1).filter(
      (size) => rest % size === 0,
    );
    const size = dice.pick(divisors);
    shape.push(size);
    rest /= size;
  }
  shape.push(rest);
  const target = dice.shuffle(shape);
  if (dice.chance(0.3)) target[dice.integer(0, target.length - 1)] = -1;
  return target;
}
