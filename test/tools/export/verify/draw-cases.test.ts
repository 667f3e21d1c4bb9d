import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  convert,
  defineHandler,
  drawCases,
  standardHandlers,
  type TensorData,
  verify,
} from '../../../../tools/export/index.js';
import { apply, applyAll, modelOf } from '../compare-with-onnx.js';
import { layerExamples } from '../layer-examples/index.js';

const DRAW = { count: 3, seed: 1 };

function draw(model: tf.LayersModel, options = DRAW): Record<string, TensorData>[] {
  const before = tf.memory().numTensors;
  // How a mask is written is no matter here, only what is drawn for it.
  const masks = defineHandler({
    layers: ['Masking'],
    emit: (context) => context.node('Identity', [context.input()]),
  });
  const { trace } = convert(model, { handlers: [...standardHandlers, masks] });
  const cases = drawCases(trace, options);
  expect(tf.memory().numTensors).toBe(before);
  return cases.map(({ inputs }) => ({ ...inputs }));
}

function shapes(model: tf.LayersModel, options = DRAW) {
  return draw(model, options).map((inputs) => Object.values(inputs).map(({ shape }) => shape));
}

describe('drawCases', () => {
  it('gives other batch sizes and other lengths, the same for every input of a case', () => {
    const inputs = ['a', 'b'].map((name) => tf.input({ shape: [null, 3], name }));
    const model = tf.model({ inputs, outputs: apply(tf.layers.add(), inputs) });
    expect(shapes(model)).toEqual([
      [
        [1, 7, 3],
        [1, 7, 3],
      ],
      [
        [3, 12, 3],
        [3, 12, 3],
      ],
      [
        [2, 1, 3],
        [2, 1, 3],
      ],
    ]);
  });

  it('keeps sizes that the model fixes, and gives the same numbers for the same seed', () => {
    const x = tf.input({ batchShape: [4, 3], name: 'x' });
    const model = tf.model({ inputs: x, outputs: apply(tf.layers.reLU(), x) });
    expect(shapes(model)).toEqual([[[4, 3]], [[4, 3]], [[4, 3]]]);
    const [first, second] = draw(model);
    expect(first).not.toEqual(second);
    expect(draw(model)[0]).toEqual(first);
    expect(draw(model, { count: 1, seed: 2 })[0]).not.toEqual(first);
  });

  it('makes free sizes large enough for what the layers take away', () => {
    const x = tf.input({ shape: [null, null, 1], name: 'x' });
    const y = applyAll(
      [tf.layers.conv2d({ filters: 1, kernelSize: 9, strides: 4 }), tf.layers.globalAveragePooling2d({})],
      x,
    );
    for (const [shape] of shapes(tf.model({ inputs: x, outputs: y }))) {
      expect(shape?.slice(1, 3).every((size) => size >= 9)).toBe(true);
    }
  });

  it('gives ids that an embedding has, whatever the type of the input', () => {
    for (const dtype of ['int32', 'float32'] as const) {
      const x = tf.input({ shape: [50], dtype, name: 'ids' });
      const ids = apply(tf.layers.reshape({ targetShape: [25, 2] }), x);
      const model = tf.model({
        inputs: x,
        outputs: apply(tf.layers.embedding({ inputDim: 5, outputDim: 2 }), ids),
      });
      for (const { ids: drawn } of draw(model)) {
        expect(new Set(Array.from(drawn?.data ?? [], Number))).toEqual(new Set([0, 1, 2, 3, 4]));
        expect(drawn?.data).toBeInstanceOf(dtype === 'int32' ? Int32Array : Float32Array);
      }
    }
  });

  it('fits every layer, so that what is drawn can be compared', async () => {
    for (const { className, models, comparison = {} } of layerExamples) {
      const { verification: _, tolerance: __, ...options } = comparison;
      for (const make of models) {
        const model = make();
        const converted = convert(model, options);
        const cases = drawCases(converted.trace, { count: 2, seed: 0 });
        const result = await verify(model, converted, { cases, relativeTolerance: 1e-4 });
        expect(result.maxAbsoluteDifference, className).toBeLessThan(1e-4);
        model.dispose();
      }
    }
  });

  it('ends sentences of a masked embedding with zeros', () => {
    const x = tf.input({ shape: [20], name: 'x' });
    const words = apply(tf.layers.embedding({ inputDim: 9, outputDim: 2, maskZero: true }), x);
    for (const inputs of draw(tf.model({ inputs: x, outputs: words }))) expectPadding(inputs.x, 1, 0);
  });

  it('ends sequences before a Masking with its value', () => {
    const masked = modelOf(tf.layers.masking({ maskValue: -1 }), [20, 2]);
    for (const inputs of draw(masked)) expectPadding(inputs.x, 2, -1);
  });

  it('says why where the model runs on nothing', () => {
    const x = tf.input({ shape: [null, 2], name: 'x' });
    const layer = tf.layers.conv1d({ filters: 1, kernelSize: 2000 });
    const model = tf.model({ inputs: x, outputs: apply(tf.layers.globalMaxPooling1d({}), apply(layer, x)) });
    expect(() => draw(model)).toThrowError(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/random inputs, but/u),
      }),
    );
  });
});

/** Every sequence is `padding` from some step on, and nowhere before. */
function expectPadding(tensor: TensorData | undefined, features: number, padding: number): void {
  const [batch = 0, time = 0] = tensor?.shape ?? [];
  const data = Array.from(tensor?.data ?? [], Number);
  for (let row = 0; row < batch; row++) {
    const steps = Array.from({ length: time }, (_, step) => {
      const begin = (row * time + step) * features;
      return data.slice(begin, begin + features).every((number) => number === padding);
    });
    expect(steps[0]).toBe(false);
    expect(steps).toEqual([...steps].sort((a, b) => Number(a) - Number(b)));
  }
  expect(data).toContain(padding);
}
