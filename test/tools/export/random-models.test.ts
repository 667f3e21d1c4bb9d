import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_ROUNDS } from '../../../tools/export/passes/run-passes.js';
import { apply, compareWithOnnx } from './compare-with-onnx.js';

/** Deep chains of random layers add up more rounding than one operator. */
const TOLERANCE = 1e-4;

/** What may follow a feature map. Each entry keeps maps at least 3 wide. */
type Step = (
  map: tf.SymbolicTensor,
  earlier: readonly tf.SymbolicTensor[],
  dial: number,
) => tf.SymbolicTensor;

const STEPS: readonly Step[] = [
  (x, _, dial) =>
    apply(tf.layers.conv2d({ filters: 1 + (dial % 4), kernelSize: 1 + (dial % 3), padding: 'same' }), x),
  (x, _, dial) =>
    apply(
      tf.layers.conv2d({
        filters: 2,
        kernelSize: 3,
        padding: 'same',
        activation: dial % 2 ? 'swish' : 'softmax',
      }),
      x,
    ),
  (x) => apply(tf.layers.batchNormalization(), x),
  (x) => apply(tf.layers.leakyReLU({ alpha: 0.2 }), x),
  (x, _, dial) => apply(tf.layers.activation({ activation: dial % 2 ? 'tanh' : 'softmax' }), x),
  (x) => apply(tf.layers.depthwiseConv2d({ kernelSize: 3, padding: 'same' }), x),
  (x, _, dial) =>
    apply(
      tf.layers.zeroPadding2d({
        padding: [
          [dial % 2, 1],
          [0, dial % 3],
        ],
      }),
      x,
    ),
  (x, _, dial) => (smallestSide(x) > 9 ? x : apply(tf.layers.upSampling2d({ size: [1 + (dial % 2), 2] }), x)),
  (x) => (smallestSide(x) < 6 ? x : apply(tf.layers.maxPooling2d({ poolSize: 2, padding: 'same' }), x)),
  (x) => apply(tf.layers.permute({ dims: [2, 1, 3] }), x),
  (x) => apply(tf.layers.prelu({ sharedAxes: [1, 2] }), x),
  (x) => {
    const gate = apply(tf.layers.globalAveragePooling2d({}), x);
    return apply(tf.layers.multiply(), [
      apply(tf.layers.dense({ units: channels(x), activation: 'sigmoid' }), gate),
      x,
    ]);
  },
  (x, earlier, dial) => joined(tf.layers.concatenate(), x, earlier, dial, (other) => sameSides(other, x)),
  (x, earlier, dial) =>
    joined(
      tf.layers.add(),
      x,
      earlier,
      dial,
      (other) => sameSides(other, x) && channels(other) === channels(x),
    ),
];

function joined(
  layer: tf.layers.Layer,
  x: tf.SymbolicTensor,
  earlier: readonly tf.SymbolicTensor[],
  dial: number,
  fits: (other: tf.SymbolicTensor) => boolean,
): tf.SymbolicTensor {
  const candidates = earlier.filter((other) => other !== x && fits(other));
  const other = candidates[dial % candidates.length];
  return other === undefined ? x : apply(layer, dial % 2 ? [x, other] : [other, x]);
}

const channels = (x: tf.SymbolicTensor): number => x.shape[3] ?? 0;
const smallestSide = (x: tf.SymbolicTensor): number => Math.min(x.shape[1] ?? 0, x.shape[2] ?? 0);
const sameSides = (a: tf.SymbolicTensor, b: tf.SymbolicTensor): boolean =>
  a.shape[1] === b.shape[1] && a.shape[2] === b.shape[2];

/** Random layers, one after another, with joins to maps from before; the last maps are the outputs. */
function buildModel(steps: readonly { step: number; dial: number }[]): tf.LayersModel {
  const input = tf.input({ shape: [4, 5, 2], name: 'x' });
  const maps = [input];
  for (const { step, dial } of steps) {
    const last = maps.at(-1) ?? input;
    maps.push(STEPS[step % STEPS.length]?.(last, maps, dial) ?? last);
  }
  const outputs = [...new Set([maps.at(-1) ?? input, maps.at(-3) ?? input])];
  return tf.model({ inputs: input, outputs });
}

const stepsOfModel = fc.array(fc.record({ step: fc.nat(STEPS.length - 1), dial: fc.nat(11) }), {
  minLength: 3,
  maxLength: 12,
});

describe('random models', () => {
  it('equal TF.js, with and without passes, whichever layout their ends are in', async () => {
    await fc.assert(
      fc.asyncProperty(stepsOfModel, fc.boolean(), async (steps, isChannelsFirst) => {
        const model = buildModel(steps);
        const layout = isChannelsFirst ? ('nchw' as const) : ('nhwc' as const);
        const outputs = model.outputs.map((_, index) => ({ name: `y${index}`, layout }));
        const converted = await compareWithOnnx(model, {
          inputs: [{ name: 'x', layout }],
          outputs,
          tolerance: TOLERANCE,
        });
        // A graph of a dozen layers settles in a few rounds, unless passes undo each other.
        expect(converted.appliedPasses.length).toBeLessThan(MAX_ROUNDS);
        model.dispose();
      }),
      { numRuns: Number(process.env.WORDBRUSH_RANDOM_MODELS ?? 25), seed: 20 },
    );
  });
});
