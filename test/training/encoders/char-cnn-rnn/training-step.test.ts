import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { buildCharCnnRnn } from '../../../../src/training/encoders/char-cnn-rnn/char-cnn-rnn.js';
import { characterBatch } from '../../../../src/training/encoders/char-cnn-rnn/characters.js';
import {
  type CharCnnRnnStepOptions,
  charCnnRnnLearningRate,
  charCnnRnnStep,
  initializeCharCnnRnn,
} from '../../../../src/training/encoders/char-cnn-rnn/training-step.js';
import { RmsProp } from '../../../../src/training/optimizers/rms-prop.js';
import { variablesOf } from '../../../../src/training/weights/named-variables.js';

const TEXTS = ['a red bird with a black crown', 'a small yellow bird', 'this one is blue all over'];
const DIM = 6;

describe('a training step of char-CNN-RNN', () => {
  beforeAll(() => tf.setBackend('tensorflow'));
  afterEach(() => tf.disposeVariables());

  it('lowers the loss, and leaves no tensor behind', () => {
    const step = trainer();
    const first = step();
    expect(first.total).toBeCloseTo(first.imageToText + first.textToImage, 5);
    const before = tf.memory().numTensors;
    let last = first;
    for (let i = 0; i < 12; i++) last = step();
    expect(tf.memory().numTensors).toBe(before);
    expect(last.total).toBeLessThan(first.total / 2);
  });

  it('clamps the gradient before the optimiser sees it', () => {
    // A first step of RMSProp is ±10 × the rate where the gradient is far above epsilon; a clamp of 1e-12 is below it.
    const moves = ([5, 1e-12] as const).map((gradientClamp) => {
      const { encoder, step } = parts({ gradientClamp });
      const variable = variablesOf(encoder).get('sentence/kernel');
      const start = variable?.dataSync().slice() ?? [];
      step();
      return Math.max(...(variable?.dataSync() ?? []).map((value, i) => Math.abs(value - (start[i] ?? 0))));
    });
    expect(moves[0]).toBeCloseTo(10 * 7e-4, 5);
    expect(moves[1]).toBeLessThan(1e-6);
  });

  it('starts from weights in ±0.08, and a rate that falls by 2 % an epoch', () => {
    const { encoder } = parts();
    for (const [name, variable] of variablesOf(encoder)) {
      const [largest = 0] = variable.abs().max().dataSync();
      expect(largest, name).toBeLessThanOrEqual(0.08);
      expect(largest, name).toBeGreaterThan(0.04);
    }
    expect(charCnnRnnLearningRate(0)).toBe(7e-4);
    expect(charCnnRnnLearningRate(200)).toBeCloseTo(7e-4 * 0.98 ** 200, 10);
  });
});

function trainer() {
  return parts().step;
}

function parts(options: CharCnnRnnStepOptions = {}) {
  const encoder = buildCharCnnRnn({ cnnDim: 16, sentenceDim: DIM });
  const variables = variablesOf(encoder);
  initializeCharCnnRnn(variables, new RandomStream(4));
  const optimizer = new RmsProp(variables, { learningRate: charCnnRnnLearningRate(0) });
  const characters = characterBatch(TEXTS);
  const imageFeatures = tf.tensor2d(new RandomStream(5).normals(TEXTS.length * DIM), [TEXTS.length, DIM]);
  const random = new RandomStream(6);
  const step = () => charCnnRnnStep(encoder, optimizer, { characters, imageFeatures }, random, options);
  return { encoder, step };
}
