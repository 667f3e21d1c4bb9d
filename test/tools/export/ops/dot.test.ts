import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert } from '../../../../tools/export/index.js';
import { apply, compareWithOnnx } from '../compare-with-onnx.js';

type Axes = number | [number, number];

function dot(shapes: readonly tf.Shape[], axes: Axes, normalize: boolean): tf.LayersModel {
  const inputs = shapes.map((shape, index) => tf.input({ shape, name: `x${index}` }));
  return tf.model({ inputs, outputs: apply(tf.layers.dot({ axes, normalize }), inputs) });
}

const FORMS: readonly { shapes: readonly tf.Shape[]; axes: Axes }[] = [
  { shapes: [[4], [4]], axes: 1 },
  { shapes: [[4], [4]], axes: -1 },
  {
    shapes: [
      [3, 4],
      [5, 4],
    ],
    axes: 2,
  },
  {
    shapes: [
      [4, 3],
      [4, 5],
    ],
    axes: 1,
  },
  {
    shapes: [
      [3, 4],
      [4, 5],
    ],
    axes: [2, 1],
  },
  {
    shapes: [
      [4, 3],
      [5, 4],
    ],
    axes: [1, 2],
  },
  { shapes: [[3, 4], [4]], axes: [2, 1] },
  { shapes: [[4, 3], [4]], axes: [1, 1] },
  { shapes: [[4], [4, 5]], axes: [1, 1] },
  { shapes: [[4], [5, 4]], axes: [1, 2] },
];

describe('Dot', () => {
  it.each(FORMS)('multiplies $shapes along $axes, with lengths and without', async ({ shapes, axes }) => {
    for (const normalize of [false, true]) {
      await compareWithOnnx(dot(shapes, axes, normalize), { tolerance: 5e-6 });
    }
  });

  it('attends: queries by keys, softmax, values', async () => {
    const query = tf.input({ shape: [3, 4], name: 'query' });
    const value = tf.input({ shape: [5, 4], name: 'value' });
    const scores = apply(tf.layers.dot({ axes: [2, 2] }), [query, value]);
    const shares = apply(tf.layers.softmax({ axis: -1 }), scores);
    const attended = apply(tf.layers.dot({ axes: [2, 1] }), [shares, value]);
    await compareWithOnnx(tf.model({ inputs: [query, value], outputs: attended }), { tolerance: 5e-6 });
  });

  it('is refused along the batch', () => {
    expect(() => convert(dot([[4], [4]], 0, false))).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('batch') }),
    );
  });
});
