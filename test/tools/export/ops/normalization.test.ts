import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert, verify } from '../../../../tools/export/index.js';
import {
  applyAll,
  compareWithOnnx,
  modelOf,
  randomiseWeights,
  seededNormals,
  TOLERANCE,
} from '../compare-with-onnx.js';

describe('BatchNormalization', () => {
  it.each([[[4]], [[5, 4]], [[3, 2, 4]]])('normalises the last axis of [batch, %j]', async (shape) => {
    await compareWithOnnx(modelOf(tf.layers.batchNormalization(), shape));
  });

  // TF.js's plain JavaScript backend gets these wrong (its broadcasting counts on in steps), so the reference moves
  // the axis to the end and back.
  it.each([
    [1, [2, 3, 1], [3, 1, 2]],
    [2, [1, 3, 2], [1, 3, 2]],
  ])('normalises axis %i', async (axis, toEnd, back) => {
    const x = tf.input({ shape: [3, 2, 4] });
    const reference = applyAll(
      [tf.layers.permute({ dims: toEnd }), tf.layers.batchNormalization(), tf.layers.permute({ dims: back })],
      x,
    );
    const referenceModel = tf.model({ inputs: x, outputs: reference });
    const model = modelOf(tf.layers.batchNormalization({ axis }), [3, 2, 4]);
    randomiseWeights(referenceModel);
    randomiseWeights(model);
    await verify(referenceModel, convert(model), { random: seededNormals(), tolerance: TOLERANCE });
  });

  it('does without scale or shift, and takes its epsilon from the layer', async () => {
    const layer = tf.layers.batchNormalization({ scale: false, epsilon: 0.1 });
    await compareWithOnnx(modelOf(layer, [4]));
    await compareWithOnnx(modelOf(tf.layers.batchNormalization({ center: false }), [3, 2, 4]));
  });

  it('takes its axis from a list of one, as Keras writes it', async () => {
    const layer = tf.layers.batchNormalization({ axis: [3] as unknown as number });
    await compareWithOnnx(modelOf(layer, [3, 2, 4]));
  });

  it('is refused where the model calls it in training mode', () => {
    const x = tf.input({ shape: [4] });
    const y = tf.layers.batchNormalization({ name: 'bn' }).apply(x, { training: true });
    const model = tf.model({ inputs: x, outputs: y as tf.SymbolicTensor });
    expect(() => convert(model)).toThrowError(
      expect.objectContaining({
        code: 'LAYER_UNSUPPORTED',
        message: expect.stringContaining('training: true'),
      }),
    );
  });
});
