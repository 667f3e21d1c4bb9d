import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { layerHandlers } from '../../../src/training/export/layer-handlers.js';
import { conditioningAugmentation } from '../../../src/training/layers/conditioning-augmentation.js';
import { Glu } from '../../../src/training/layers/glu.js';
import { TileCondition } from '../../../src/training/layers/tile-condition.js';
import { apply, compareWithOnnx, countOf, modelOf } from '../../tools/export/compare-with-onnx.js';

beforeAll(() => tf.setBackend('cpu'));

describe('layers of generators in ONNX', () => {
  it('GLU of a vector', async () => {
    await compareWithOnnx(modelOf(new Glu({ name: 'glu' }), [10]), { handlers: layerHandlers });
  });

  it('a tiled condition beside a map, convolved and gated, with one layout all along', async () => {
    const condition = tf.input({ shape: [3], name: 'condition' });
    const map = tf.input({ shape: [4, 4, 2], name: 'map' });
    const tiled = apply(new TileCondition({ name: 'tile', side: 4 }), condition);
    const convolved = [1, 2].reduce(
      (x, index) => {
        const convolution = tf.layers.conv2d({ filters: 4, kernelSize: 3, padding: 'same' });
        return apply(new Glu({ name: `glu${index}` }), apply(convolution, x));
      },
      apply(tf.layers.concatenate(), [tiled, map]),
    );
    const converted = await compareWithOnnx(tf.model({ inputs: [condition, map], outputs: convolved }), {
      handlers: layerHandlers,
      outputs: [{ name: 'y', layout: 'nchw' }],
      tolerance: 1e-5,
    });
    // The one that is left brings the input map into ONNX's order.
    expect(countOf(converted, 'Transpose')).toBe(1);
  });

  it.each([
    ['glu', 'logVariance'],
    ['leakyRelu', 'logSigma'],
  ] as const)('conditioning augmentation with %s and %s', async (activation, spread) => {
    const sentence = tf.input({ shape: [6], name: 'sentence' });
    const eps = tf.input({ shape: [4], name: 'eps' });
    const { condition } = conditioningAugmentation(sentence, eps, {
      conditionDim: 4,
      activation,
      spread,
      name: 'ca_net',
    });
    const model = tf.model({ inputs: [sentence, eps], outputs: condition });
    await compareWithOnnx(model, { handlers: layerHandlers, tolerance: 1e-5 });
  });
});
