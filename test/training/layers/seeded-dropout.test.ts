import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { SeededDropout } from '../../../src/training/layers/seeded-dropout.js';

beforeAll(() => tf.setBackend('cpu'));

describe('dropout from a stream', () => {
  it('drops its share in training, scales the rest, and repeats with the stream', () => {
    tf.tidy(() => {
      const model = dropoutModel(0.25);
      const draw = (seed: number) =>
        [...inTraining(model, new RandomStream(seed)).dataSync()].map((value) => Math.round(value * 1e4));
      const values = draw(1);
      expect(new Set(values)).toEqual(new Set([0, 13_333]));
      const share = values.filter((value) => value === 0).length / values.length;
      expect(Math.abs(share - 0.25)).toBeLessThan(0.04);
      expect(draw(1)).toEqual(values);
      expect(draw(2)).not.toEqual(values);
    });
  });

  it('does nothing in inference', () => {
    tf.tidy(() => {
      const output = dropoutModel(0.5).apply(tf.ones([1, 2000])) as tf.Tensor;
      expect(output.min().dataSync()[0]).toBe(1);
    });
  });

  it('asks for a stream in training, and for a rate that leaves something', () => {
    tf.tidy(() => {
      expect(() => dropoutModel(0.5).apply(tf.ones([1, 2000]), { training: true })).toThrow(/stream/);
      expect(() => new SeededDropout({ name: 'dropout', rate: 1 })).toThrow(RangeError);
    });
  });
});

function dropoutModel(rate: number): tf.LayersModel {
  const x = tf.input({ shape: [2000], name: 'x' });
  const y = new SeededDropout({ name: 'dropout', rate }).apply(x) as tf.SymbolicTensor;
  return tf.model({ inputs: x, outputs: y });
}

function inTraining(model: tf.LayersModel, random: RandomStream): tf.Tensor {
  return model.apply(tf.ones([1, 2000]), { training: true, random }) as tf.Tensor;
}
