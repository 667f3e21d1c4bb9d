import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { SpectralConv2D } from '../../../src/training/layers/spectral-conv2d.js';
import { initializeWeights } from '../../../src/training/weights/initialize-weights.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';

beforeAll(() => tf.setBackend('cpu'));

function buildOneLayer(): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 3] });
  const layer = new SpectralConv2D({
    name: 'conv',
    filters: 5,
    kernelSize: 3,
    strides: 2,
    padding: 'same',
    useBias: true,
  });
  const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
  initializeWeights(variablesOf(model), new RandomStream(5, 0));
  return model;
}

describe('SpectralConv2D', () => {
  it('divides the kernel by its largest singular value', () => {
    const model = buildOneLayer();
    const kernel = variablesOf(model).get('conv/kernel') as tf.Variable;
    // A matrix of known singular values 3, 2 and 0: two orthogonal rows.
    const matrix = new Float32Array(27 * 5);
    matrix[0] = 3;
    matrix[5 + 1] = -2;
    kernel.assign(tf.tensor(matrix, [3, 3, 3, 5]));
    const x = tf.randomUniform([2, 6, 6, 3], -1, 1, 'float32', 7);
    for (let pass = 0; pass < 60; pass++) (model.apply(x, { training: true }) as tf.Tensor).dispose();
    const expected = tf.conv2d(x as tf.Tensor4D, kernel.div(3) as tf.Tensor4D, 2, 'same');
    const difference = (model.apply(x) as tf.Tensor).sub(expected).abs().max().dataSync()[0];
    expect(difference).toBeLessThan(1e-5);
  });

  it('leaves the estimate alone in inference', () => {
    const model = buildOneLayer();
    const vector = variablesOf(model).get('conv/singular_vector') as tf.Variable;
    const before = vector.dataSync().slice();
    (model.apply(tf.zeros([1, 6, 6, 3])) as tf.Tensor).dispose();
    expect(vector.dataSync()).toEqual(before);
  });

  it('has the gradient of kernel / sigma with singular vectors held', () => {
    const model = buildOneLayer();
    const kernel = variablesOf(model).get('conv/kernel') as tf.Variable;
    const x = tf.randomUniform([2, 6, 6, 3], -1, 1, 'float32', 11);
    // Converged singular vectors: then sigma's derivative is exact, and differences can be compared with it.
    for (let pass = 0; pass < 200; pass++) (model.apply(x, { training: true }) as tf.Tensor).dispose();
    const loss = () => (model.apply(x) as tf.Tensor).square().sum() as tf.Scalar;
    const gradient = tf.variableGrads(loss, [kernel]).grads[kernel.name]?.dataSync() ?? [];
    const start = kernel.dataSync().slice();
    const lossAt = (index: number, shift: number) => {
      const moved = start.slice();
      moved[index] = (moved[index] ?? 0) + shift;
      kernel.assign(tf.tensor(moved, kernel.shape));
      for (let pass = 0; pass < 50; pass++) (model.apply(x, { training: true }) as tf.Tensor).dispose();
      return loss().dataSync()[0] ?? Number.NaN;
    };
    for (const index of [0, 17, 88]) {
      const step = 1e-3;
      const numeric = (lossAt(index, step) - lossAt(index, -step)) / (2 * step);
      const analytic = gradient[index] ?? Number.NaN;
      expect(Math.abs(analytic - numeric) / (Math.abs(numeric) + 1)).toBeLessThan(0.02);
    }
  });
});
