import * as tf from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { Adam } from '../../../src/training/optimizers/adam.js';

const SHAPES = [[3, 3, 2, 5], [7], [4, 6], [1]];
const LEARNING_RATE = 2e-4;

it.each([false, true])(
  'moves as the composed form does, epsilon before the correction: %s',
  async (early) => {
    const composed = await moved('cpu', early);
    const native = await moved('native', early);
    const differences = native.map((value, index) => Math.abs(value - (composed[index] ?? Number.NaN)));
    // A few roundings of the weights, which are of order 1; a step moves them by 2e-4.
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  },
);

it('leaves clones of a weight, and shared values, as they were, and no tensor behind', async () => {
  await loadTensorFlow();
  const weight = tf.variable(tf.tensor1d([1, 2, 3]));
  const copy = weight.clone();
  const average = tf.variable(weight.clone(), false);
  const adam = new Adam(new Map([['w', weight]]), { learningRate: 0.1 });
  const gradient = tf.tensor1d([1, -1, 1]);
  const before = tf.memory().numTensors;
  for (let step = 0; step < 3; step++) adam.applyGradients({ [weight.name]: gradient });
  expect(tf.memory().numTensors).toBe(before);
  expect([...copy.dataSync()]).toEqual([1, 2, 3]);
  expect([...average.dataSync()]).toEqual([1, 2, 3]);
  const [a = 0, b = 0, c = 0] = weight.dataSync();
  expect([a, b, c].map((value) => Number(value.toFixed(5)))).toEqual([0.7, 2.3, 2.7]);
  adam.dispose();
  tf.dispose([weight, copy, average, gradient]);
});

it('goes on from moments that were loaded', async () => {
  await loadTensorFlow();
  const gradient = tf.tensor1d([0.5, -2]);
  const straight = tf.variable(tf.tensor1d([1, 1]));
  const adam = new Adam(new Map([['w', straight]]), { learningRate: LEARNING_RATE });
  for (let step = 0; step < 4; step++) adam.applyGradients({ [straight.name]: gradient });

  const first = tf.variable(tf.tensor1d([1, 1]));
  const before = new Adam(new Map([['w', first]]), { learningRate: LEARNING_RATE });
  for (let step = 0; step < 2; step++) before.applyGradients({ [first.name]: gradient });
  const second = tf.variable(first.clone());
  const resumed = new Adam(new Map([['w', second]]), { learningRate: LEARNING_RATE });
  for (const [name, moment] of before.moments()) resumed.moments().get(name)?.assign(moment.clone());
  resumed.steps = 2;
  for (let step = 0; step < 2; step++) resumed.applyGradients({ [second.name]: gradient });
  expect([...second.dataSync()]).toEqual([...straight.dataSync()]);
});

/** All weights after some steps on gradients of very different sizes. */
async function moved(backend: 'native' | 'cpu', epsilonBeforeCorrection: boolean): Promise<number[]> {
  await loadTensorFlow({ backend });
  return tf.tidy(() => {
    const random = new RandomStream(7);
    const normals = (shape: number[], scale = 1) =>
      tf.tensor(random.normals(shape.reduce((product, size) => product * size, 1)), shape).mul(scale);
    const variables = new Map(
      SHAPES.map((shape, index) => [`w${index}`, tf.variable(normals(shape))] as const),
    );
    const adam = new Adam(variables, { learningRate: LEARNING_RATE, epsilonBeforeCorrection });
    for (let step = 0; step < 6; step++) {
      const gradients = [...variables.values()].map(
        (variable) => [variable.name, normals(variable.shape, 10 ** (step - 7))] as const,
      );
      adam.applyGradients(Object.fromEntries(gradients));
    }
    return [...variables.values()].flatMap((variable) => [...variable.dataSync()]);
  });
}
