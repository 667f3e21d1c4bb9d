import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { readDataset } from '../../../src/training/data/read-dataset.js';
import { parseRunConfig, type RunConfig } from '../../../src/training/run/config/run-config.js';
import { train } from '../../../src/training/run/train.js';
import type { TrainEvent } from '../../../src/training/run/train-events.js';
import { writeSafetensors } from '../../../src/training/weights/safetensors.js';
import {
  EMOJI_SAMPLE,
  MICRO_ATTNGAN,
  MICRO_STACKGAN,
  MICRO_STACKGAN_PP,
  MICRO_STAGE2,
} from './micro-configs.js';

let folder: string;

beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-small-data-'));
  const { train: pictures } = await readDataset(EMOJI_SAMPLE);
  const vectorOf = (index: number) => ({
    dtype: 'F32' as const,
    shape: [2, 16],
    data: Float32Array.from({ length: 32 }, (_, axis) => Math.sin(index + axis)),
  });
  const vectors = new Map(pictures.map(({ fileName }, index) => [fileName, vectorOf(index)]));
  await writeFile(join(folder, 'vectors.safetensors'), writeSafetensors(vectors, {}));
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The presets `tiny`, with hinge loss, spectral normalisation, augmentation and averages, and the other switches. */
const means = {
  loss: 'hinge',
  realPenalty: { weight: 1, everySteps: 2 },
  reconstructionWeight: 5,
  augmentation: { shiftPixels: 8, cutPixels: 20, flip: true },
  averageDecay: 0.9,
  steps: 4,
  batchSize: 4,
} as const;

function configOf(architecture: 'stackgan' | 'stackgan-pp' | 'attngan'): RunConfig {
  const common = {
    textEncoder: { kind: 'vectors', file: join(folder, 'vectors.safetensors'), sentenceDim: 16 },
    captionMixing: 0.4,
  } as const;
  switch (architecture) {
    case 'stackgan': {
      const stage1 = { ...MICRO_STACKGAN.stage1, ...means };
      return { ...MICRO_STACKGAN, ...common, stage1, stage2: { ...MICRO_STAGE2, ...means } };
    }
    case 'stackgan-pp':
      return { ...MICRO_STACKGAN_PP, ...common, ...means };
    case 'attngan':
      return { ...MICRO_ATTNGAN, ...common, ...means, similarity: null };
  }
}

async function metricsOf(...path: string[]): Promise<Record<string, number>[]> {
  const text = await readFile(join(folder, ...path, 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** What says how long it took is not compared. */
const LOSSES = /^(discriminator|generator|kl|penalty|real|reconstruction|fake|wrong)/;

describe.each(['stackgan', 'stackgan-pp', 'attngan'] as const)(
  'the small-data means in %s',
  (architecture) => {
    it('train every stage, and a stopped run goes on as if it had not been', async () => {
      const config = configOf(architecture);
      const { numTensors } = tf.memory();
      const run = (name: string, rest: Partial<Parameters<typeof train>[0]> = {}) =>
        train({ config, data: EMOJI_SAMPLE, out: join(folder, `${architecture}-${name}`), ...rest });
      const stop = new AbortController();
      const onEvent = (event: TrainEvent) => {
        if (event.type === 'step' && event.step === 2) stop.abort();
      };
      await run('stopped', { signal: stop.signal, onEvent });
      await run('stopped', { config: undefined, resume: true });
      await run('whole');
      expect(tf.memory().numTensors).toBe(numTensors);
      for (const stage of architecture === 'stackgan' ? ['', 'stage-2'] : ['']) {
        const whole = await metricsOf(`${architecture}-whole`, stage);
        const stopped = await metricsOf(`${architecture}-stopped`, stage);
        const hasPenalty = (losses: object) => Object.keys(losses).some((name) => name.startsWith('penalty'));
        expect(whole.map(hasPenalty)).toEqual([true, false, true, false]);
        expect(whole.every((losses) => (losses['reconstruction'] ?? 0) > 0)).toBe(true);
        expect(stopped.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
        for (const [index, losses] of whole.entries()) {
          for (const [name, value] of Object.entries(losses).filter(([key]) => LOSSES.test(key))) {
            const difference = Math.abs(value - (stopped[index]?.[name] ?? Number.NaN));
            expect(difference, `${name} of step ${index + 1}`).toBeLessThan(
              1e-3 * Math.max(1, Math.abs(value)),
            );
          }
        }
      }
    }, 300_000);

    it('are off, as officially, in a configuration that does not speak of them', () => {
      const stripped: unknown = JSON.parse(JSON.stringify(configOf(architecture)), (key, value) =>
        ['realPenalty', 'captionMixing', 'reconstructionWeight'].includes(key) ? undefined : value,
      );
      const parsed = parseRunConfig(stripped, 'an older config.json');
      expect(parsed).toMatchObject({ captionMixing: 0 });
      const stages = parsed.architecture === 'stackgan' ? [parsed.stage1, parsed.stage2] : [parsed];
      for (const stage of stages) expect(stage).toMatchObject({ realPenalty: null, reconstructionWeight: 0 });
    });

    it('are refused by name out of their range', () => {
      const wrong = { ...configOf(architecture), captionMixing: 0.6 };
      expect(() => parseRunConfig(wrong, 'config.json')).toThrow(/captionMixing/);
    });
  },
);
