import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import type { LossNumbers } from '../../../src/training/losses/loss-numbers.js';
import { type TrainOptions, train } from '../../../src/training/run/train.js';
import type { TrainEvent } from '../../../src/training/run/train-events.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { plainPng, putFiles } from '../data/make-pictures.js';
import { EMOJI_SAMPLE, MICRO_STACKGAN_PP } from './micro-configs.js';

const config = {
  ...MICRO_STACKGAN_PP,
  textEncoder: null,
  text: null,
  colorWeight: 1,
  generator: { ...MICRO_STACKGAN_PP.generator, zDim: 4, baseWidth: 2, branches: 1 },
  discriminator: { ...MICRO_STACKGAN_PP.discriminator, baseWidth: 2 },
  batchSize: 2,
  steps: 4,
  keepBest: null,
};

beforeAll(async () => {
  await loadTensorFlow();
});

/** Trains, and gives the losses of every step. */
async function lossesOf(options: Omit<TrainOptions, 'data' | 'onEvent'>): Promise<LossNumbers[]> {
  const losses: LossNumbers[] = [];
  const onEvent = (event: TrainEvent) => {
    if (event.type === 'step') losses.push(event.losses);
  };
  await train({ ...options, data: EMOJI_SAMPLE, onEvent });
  return losses;
}

describe('pictures that are too many for memory', () => {
  it('train to the same losses, also in two parts', async () => {
    const folder = temporaryFolder();
    const whole = await lossesOf({ config, out: join(folder, 'whole') });
    const ahead = { out: join(folder, 'ahead'), maxPictureBytes: 0 };
    const parts = [
      ...(await lossesOf({ config, ...ahead, steps: 2 })),
      ...(await lossesOf({ config: undefined, ...ahead, resume: true })),
    ];
    expect(parts).toHaveLength(4);
    // Threads of the native backend may add in another order.
    for (const [step, losses] of whole.entries()) {
      for (const [name, loss] of Object.entries(losses)) {
        expect(Math.abs((parts[step]?.[name] ?? Number.NaN) - loss)).toBeLessThan(
          1e-5 * Math.abs(loss) + 1e-7,
        );
      }
    }
  });

  it('are looked at before anything is written', async () => {
    const data = temporaryFolder();
    putFiles(data, { 'a.png': 'no picture', 'a.txt': 'a', 'b.png': await plainPng('red', 64), 'b.txt': 'b' });
    putFiles(data, {
      'c.png': await plainPng('blue', 64),
      'c.txt': 'c',
      'd.png': await plainPng('green'),
      'd.txt': 'd',
    });
    const out = join(temporaryFolder(), 'run');
    await expect(train({ config, data, out, maxPictureBytes: 0 })).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      details: { path: join(data, 'a.png') },
    });
    await expect(readFile(join(out, 'config.json'))).rejects.toThrow();
  });
});
