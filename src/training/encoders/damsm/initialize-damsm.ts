import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { LstmDirection } from '../../layers/lstm-direction.js';
import { variablesOf } from '../../weights/named-variables.js';
import type { DamsmModels } from './pretraining-step.js';

/** Range of the embedding's and the heads' kernels in the official code. */
const RANGE = 0.1;

/**
 * Draws the starting weights of a bi-LSTM and of image heads from our own generator, from the distributions of the
 * official code: uniform in ±0.1 but for the LSTM, ±1/√units, and the heads' bias, ±1/√pooledDim (PyTorch's defaults).
 */
export function initializeDamsm({ textEncoder, imageHeads }: DamsmModels, random: RandomStream): void {
  const ranges = new Map<string, number>();
  for (const layer of textEncoder.layers) {
    if (layer instanceof LstmDirection) ranges.set(layer.name, 1 / Math.sqrt(layer.units));
  }
  for (const [name, variable] of [...variablesOf(textEncoder), ...variablesOf(imageHeads)]) {
    const [layer = '', weight = ''] = name.split('/');
    const lstmRange = ranges.get(layer);
    if (lstmRange !== undefined) {
      // Our bias is the sum of PyTorch's two.
      fill(variable, lstmRange, random, weight === 'bias' ? 2 : 1);
    } else if (weight === 'bias') {
      const [pooledDim = 1] = imageHeads.getLayer(layer).weights[0]?.shape ?? [];
      fill(variable, 1 / Math.sqrt(pooledDim ?? 1), random);
    } else {
      fill(variable, RANGE, random);
    }
  }
}

/** Sums of `draws` numbers, each uniform in ±range. */
function fill(variable: tf.Variable, range: number, random: RandomStream, draws = 1): void {
  const values = new Float32Array(variable.size);
  for (let draw = 0; draw < draws; draw++) {
    for (let i = 0; i < values.length; i++) {
      values[i] = (values[i] ?? 0) + range * (2 * random.uniform() - 1);
    }
  }
  tf.tidy(() => variable.assign(tf.tensor(values, variable.shape)));
}
