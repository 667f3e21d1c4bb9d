import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { imageBatch } from '../../../../src/training/data/image-batch.js';
import { loadImages } from '../../../../src/training/data/load-images.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { KernelValidation } from '../../../../src/training/run/samples/kernel-validation.js';
import { EMOJI_SAMPLE } from '../micro-configs.js';

beforeAll(async () => {
  await loadTensorFlow();
});

describe('the measure of the best checkpoint', () => {
  it('is higher for real pictures than for noise, the same each time, and leaves no tensor', async () => {
    const { images } = await readDataset(EMOJI_SAMPLE);
    const real = await loadImages(images, { size: 64 });
    const drawReal = (prompts: readonly number[]) => imageBatch(real, prompts, []);
    const drawNoise = (prompts: readonly number[], random: RandomStream) =>
      tf.tensor4d(random.normals(prompts.length * 64 * 64 * 3), [prompts.length, 64, 64, 3]).tanh();
    const sampler: { drawLargest: (prompts: readonly number[], random: RandomStream) => tf.Tensor4D } = {
      drawLargest: drawReal,
    };
    const options = { sampler, trainingPictures: images.length, reference: images, side: 64, seed: 1 };
    const validation = new KernelValidation({ ...options, samples: 24 });
    const empty = tf.memory().numTensors;
    const ofReal = await validation.measure();
    sampler.drawLargest = drawNoise;
    const ofNoise = await validation.measure();
    expect(tf.memory().numTensors).toBe(empty);
    expect(ofReal.score).toBeGreaterThan(ofNoise.score + 0.1);
    expect(ofReal.metrics).toEqual({ kernelDistance: -ofReal.score });
    sampler.drawLargest = drawReal;
    const again = await new KernelValidation({ ...options, samples: 24 }).measure();
    expect(again.score).toBeCloseTo(ofReal.score, 4);
  });
});
