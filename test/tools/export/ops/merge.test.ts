import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { apply, applyAll, compareWithOnnx } from '../compare-with-onnx.js';

function merge(layer: tf.layers.Layer, shapes: readonly tf.Shape[]): tf.LayersModel {
  const inputs = shapes.map((shape, index) => tf.input({ shape, name: `x${index}` }));
  return tf.model({ inputs, outputs: apply(layer, inputs) });
}

const ELEMENTWISE = {
  Add: () => tf.layers.add(),
  Multiply: () => tf.layers.multiply(),
  Average: () => tf.layers.average(),
  Maximum: () => tf.layers.maximum(),
  Minimum: () => tf.layers.minimum(),
};

describe('merging elementwise', () => {
  it.each(Object.entries(ELEMENTWISE))('%s equals TF.js for two and three inputs', async (_name, make) => {
    await compareWithOnnx(
      merge(make(), [
        [3, 4],
        [3, 4],
      ]),
    );
    await compareWithOnnx(
      merge(make(), [
        [2, 3, 4],
        [2, 3, 4],
        [2, 3, 4],
      ]),
    );
  });

  it.each(Object.entries(ELEMENTWISE))(
    '%s widens inputs of a lower rank behind the batch',
    async (_name, make) => {
      await compareWithOnnx(merge(make(), [[4], [2, 3, 4]]));
      await compareWithOnnx(merge(make(), [[2, 3, 4], [3, 4], [4]]));
    },
  );

  it('broadcasts sizes of 1', async () => {
    await compareWithOnnx(
      merge(tf.layers.multiply(), [
        [1, 1, 4],
        [2, 3, 4],
      ]),
    );
  });
});

/** Not among TF.js's own layers, but of Keras, and often brought along. */
class Subtract extends tf.layers.Layer {
  static className = 'Subtract';
  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    return (inputShape as tf.Shape[])[0] ?? [];
  }
  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [left, right] = inputs as [tf.Tensor, tf.Tensor];
    return tf.sub(left, right);
  }
}

describe('Subtract', () => {
  it('takes the second input from the first', async () => {
    await compareWithOnnx(
      merge(new Subtract({}), [
        [3, 4],
        [3, 4],
      ]),
    );
  });
});

describe('Concatenate', () => {
  it.each([-1, 1, 2, 3])('joins along axis %i', async (axis) => {
    await compareWithOnnx(
      merge(tf.layers.concatenate({ axis }), [
        [2, 3, 4],
        [2, 3, 4],
      ]),
    );
  });

  it('takes every negative axis for the last, as TF.js computes it and does not announce it', async () => {
    const converted = await compareWithOnnx(
      merge(tf.layers.concatenate({ axis: -2 }), [
        [2, 3],
        [2, 3],
      ]),
    );
    expect(converted.summary.outputs[0]?.shape).toEqual(['batch', 2, 6]);
  });

  it('joins what differs in size along the axis', async () => {
    await compareWithOnnx(merge(tf.layers.concatenate(), [[5], [3], [1]]));
  });

  it('joins feature maps that come from convolutions', async () => {
    const x = tf.input({ shape: [4, 4, 3] });
    const conv = (filters: number) => tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same' });
    const joined = apply(tf.layers.concatenate(), [apply(conv(2), x), apply(conv(5), x)]);
    await compareWithOnnx(tf.model({ inputs: x, outputs: applyAll([conv(2)], joined) }), { tolerance: 1e-5 });
  });
});
