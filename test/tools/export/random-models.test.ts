import type * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { Layout } from '../../../tools/export/index.js';
import { MAX_ROUNDS } from '../../../tools/export/passes/run-passes.js';
import { compareWithOnnx } from './compare-with-onnx.js';
import { Dice } from './random-models/dice.js';
import { randomModel } from './random-models/random-graph.js';

/** A dozen random layers add up more rounding than one operator. */
const TOLERANCE = 1e-4;

/** More than a few seconds' worth are run by hand: WORDBRUSH_RANDOM_MODELS=500 WORDBRUSH_RANDOM_SEED=1000. */
const COUNT = Number(process.env.WORDBRUSH_RANDOM_MODELS ?? 40);
const FIRST_SEED = Number(process.env.WORDBRUSH_RANDOM_SEED ?? 0);

describe('random models', () => {
  it('equal TF.js, with and without passes, whichever layout their ends are in', async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + COUNT; seed++) {
      const model = randomModel(seed);
      const dice = new Dice(seed);
      const converted = await compareWithOnnx(model, {
        inputs: model.inputs.map(({ shape }, index) => ({
          name: `x${index}`,
          layout: layoutOf(shape, dice),
        })),
        outputs: model.outputs.map(({ shape }, index) => ({
          name: `y${index}`,
          layout: layoutOf(shape, dice),
        })),
        tolerance: TOLERANCE,
      }).catch((cause: unknown) => {
        throw new Error(`Seed ${seed}: ${layersOf(model)}`, { cause });
      });
      // A graph of a dozen layers settles in a few rounds, unless passes undo each other.
      expect(converted.appliedPasses.length).toBeLessThan(MAX_ROUNDS);
      model.dispose();
    }
  });
});

function layoutOf(shape: tf.Shape, dice: Dice): Layout {
  return shape.length >= 3 && dice.chance(0.4) ? 'nchw' : 'nhwc';
}

function layersOf(model: tf.LayersModel): string {
  return model.layers
    .map((layer) => `${layer.getClassName()} ${JSON.stringify(layer.outputShape)}`)
    .join(', ');
}
