import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { convert, standardHandlers } from '../../../tools/export/index.js';
import { apply, compareWithOnnx } from './compare-with-onnx.js';
import { layerExamples, partsOfLayers, refusedLayers } from './layer-examples/index.js';

/** Of Keras and not of TF.js: those who bring the class along find its handler here. */
const KERAS_ONLY = ['Subtract'];

describe('every layer of the table', () => {
  for (const { className, models, comparison } of layerExamples) {
    it(`${className} equals TF.js`, async () => {
      for (const make of models) {
        const model = make();
        await compareWithOnnx(model, { tolerance: 1e-5, ...comparison });
        model.dispose();
      }
    });
  }

  it('has an example, and every handler serves one of them', () => {
    const served = standardHandlers.flatMap(({ layers }) => layers);
    const shown = layerExamples.map(({ className }) => className);
    expect([...shown, ...KERAS_ONLY].sort()).toEqual([...new Set(served)].sort());
    for (const { className, models } of layerExamples) {
      for (const make of models) expect(classesIn(make())).toContain(className);
    }
  });
});

describe('every layer class that TF.js registers', () => {
  it('is converted, refused, or a part of others', () => {
    const named = [
      ...layerExamples.map(({ className }) => className),
      ...refusedLayers.map(({ className }) => className),
      ...partsOfLayers,
    ];
    expect(registeredLayers().filter((className) => !named.includes(className))).toEqual([]);
    expect(named.filter((className) => !registeredLayers().includes(className))).toEqual([]);
  });

  const REFUSED: Readonly<Record<string, () => tf.LayersModel>> = {
    ConvLSTM2D: () => refused(tf.layers.convLstm2d({ filters: 2, kernelSize: 2 }), [3, 4, 4, 2]),
    RandomWidth: () => refused(tf.layers.randomWidth({ factor: 0.5 }), [4, 4, 2]),
    Resizing: () => refused(tf.layers.resizing({ height: 2, width: 2 }), [4, 4, 2]),
  };
  it.each(refusedLayers.map(({ className }) => className))('%s is refused by name', (className) => {
    const model = REFUSED[className]?.();
    if (model === undefined) throw new RangeError(`Expected a model with ${className}.`);
    expect(() => convert(model)).toThrowError(
      expect.objectContaining({
        code: 'LAYER_UNSUPPORTED',
        message: expect.stringMatching(
          new RegExp(`\\(${className}\\).*Supported layer classes: .*Dense.*defineHandler`),
        ),
      }),
    );
  });
});

function refused(layer: tf.layers.Layer, shape: tf.Shape): tf.LayersModel {
  const x = tf.input({ shape });
  return tf.model({ inputs: x, outputs: apply(layer, x) });
}

function classesIn(model: tf.LayersModel): string[] {
  return model.layers.map((layer) => layer.getClassName());
}

/** The classes by which TF.js finds the layers of a saved model. */
function registeredLayers(): string[] {
  const { classNameMap } = tf.serialization.SerializationMap.getMap();
  return Object.entries(classNameMap).flatMap(([name, [registered]]) =>
    registered.prototype instanceof tf.layers.Layer ? [name] : [],
  );
}
