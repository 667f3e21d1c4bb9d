import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RmsProp } from '../../../src/training/optimizers/rms-prop.js';

describe('RMSProp', () => {
  beforeAll(() => tf.setBackend('cpu'));

  it("moves weights as Torch's formula says, its epsilon outside of the root", () => {
    const weight = tf.variable(tf.tensor1d([1, -2]));
    const optimizer = new RmsProp(new Map([['w', weight]]), { learningRate: 0.1, epsilon: 0.5 });
    let [values, squares] = [
      [1, -2],
      [0, 0],
    ];
    for (const gradient of [
      [0.5, -3],
      [2, 0],
    ]) {
      tf.tidy(() => optimizer.applyGradients({ [weight.name]: tf.tensor1d(gradient) }));
      squares = squares.map((square, i) => 0.99 * square + 0.01 * (gradient[i] ?? 0) ** 2);
      values = values.map(
        (value, i) => value - (0.1 * (gradient[i] ?? 0)) / (Math.sqrt(squares[i] ?? 0) + 0.5),
      );
      for (const [i, value] of weight.dataSync().entries()) expect(value).toBeCloseTo(values[i] ?? 0, 6);
    }
    const [moment] = optimizer.moments().entries();
    expect(moment?.[0]).toBe('w/mean_square');
    for (const [i, square] of (moment?.[1].dataSync() ?? []).entries()) {
      expect(square).toBeCloseTo(squares[i] ?? 0, 6);
    }
    optimizer.dispose();
    weight.dispose();
  });

  it('refuses to step without a gradient for each weight', () => {
    const weight = tf.variable(tf.scalar(1));
    const optimizer = new RmsProp(new Map([['layer/bias', weight]]), { learningRate: 0.1 });
    expect(() => optimizer.applyGradients({})).toThrow('layer/bias');
    optimizer.dispose();
    weight.dispose();
  });
});
