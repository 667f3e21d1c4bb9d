import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { readDataset } from '../../../src/training/data/read-dataset.js';
import type { RunConfig } from '../../../src/training/run/config/run-config.js';
import { dryRun } from '../../../src/training/run/dry-run.js';
import { RunFolder } from '../../../src/training/run/run-folder.js';
import { readProvenance } from '../../../src/training/run/run-origins.js';
import { train } from '../../../src/training/run/train.js';
import type { TrainEvent } from '../../../src/training/run/train-events.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/weights/safetensors.js';
import {
  EMOJI_SAMPLE,
  MICRO_ATTNGAN,
  MICRO_CHAR_CNN_RNN,
  MICRO_CONTRASTIVE,
  MICRO_DAMSM,
  MICRO_STACKGAN,
  MICRO_STACKGAN_PP,
  MICRO_STAGE2,
} from './micro-configs.js';

let folder: string;
const run = (name: string) => join(folder, name);

async function trained(
  name: string,
  config: RunConfig,
  options: {
    encoder?: string;
    resume?: boolean;
    signal?: AbortSignal;
    onEvent?: (event: TrainEvent) => void;
  } = {},
) {
  const { encoder, ...rest } = options;
  const textEncoderFrom = encoder === undefined ? undefined : run(encoder);
  return train({ config, data: EMOJI_SAMPLE, out: run(name), textEncoderFrom, ...rest });
}

async function metricsOf(...path: string[]): Promise<Record<string, number>[]> {
  const text = await readFile(join(folder, ...path, 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const encoderRun = { preset: 'tiny', dataset: null, seed: 1, captions: 'labelAndTags' } as const;
const checkpoints = { checkpointEverySteps: 4, keepCheckpoints: 2 };

beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-architectures-'));
  const common = { ...encoderRun, ...checkpoints };
  await trained('damsm', { architecture: 'damsm', ...common, textEncoder: MICRO_DAMSM });
  await trained('bi-lstm', { architecture: 'bi-lstm', ...common, textEncoder: MICRO_CONTRASTIVE });
  await trained('char-cnn-rnn', { architecture: 'char-cnn-rnn', ...common, textEncoder: MICRO_CHAR_CNN_RNN });
  const { train: pictures } = await readDataset(EMOJI_SAMPLE);
  const vectorOf = (index: number) => ({
    dtype: 'F32' as const,
    shape: [2, 16],
    data: Float32Array.from({ length: 32 }, (_, axis) => Math.sin(index + axis)),
  });
  const vectors = new Map(pictures.map(({ fileName }, index) => [fileName, vectorOf(index)]));
  await writeFile(run('vectors.safetensors'), writeSafetensors(vectors, {}));
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a run that trains an encoder alone', () => {
  it.each(['damsm', 'bi-lstm', 'char-cnn-rnn'])('leaves %s with its report and checkpoints', async (name) => {
    const report = JSON.parse(await readFile(join(run(name), 'text-encoder', 'report.json'), 'utf8'));
    expect(report.retrieval.train).toBeGreaterThan(0);
    const files = await readdir(join(run(name), 'text-encoder'));
    expect(files).toEqual(expect.arrayContaining(['checkpoints', 'metrics.jsonl', 'weights.safetensors']));
    const losses = await metricsOf(name, 'text-encoder');
    expect(losses.map(({ step }) => step)).toEqual(losses.map((_, index) => index + 1));
  });

  it('brings the losses of DAMSM down and measures how many captions find their picture', async () => {
    const metrics = await metricsOf('damsm', 'text-encoder');
    const [first, last] = [metrics[0], metrics.at(-1)];
    expect(last?.total).toBeLessThan(first?.total ?? 0);
    expect(last).toMatchObject({ retrievalTrain: expect.any(Number), retrievalTest: expect.any(Number) });
    const names = await readdir(join(run('damsm'), 'text-encoder', 'checkpoints'));
    expect(names).toContain('best');
  });

  it('keeps no tensors, and goes on after a stop as if there had been none', async () => {
    const config: RunConfig = {
      architecture: 'damsm',
      ...encoderRun,
      ...checkpoints,
      textEncoder: { ...MICRO_DAMSM, steps: 6 },
    };
    const empty = tf.memory().numTensors;
    const stop = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.step === 3) stop.abort();
    };
    const stopped = await trained('stopped', config, { signal: stop.signal, onEvent });
    expect(stopped).toEqual({ finished: false, checkpointStep: 3 });
    await trained('stopped', config, { resume: true });
    await trained('unstopped', config);
    expect(tf.memory().numTensors).toBe(empty);
    const [one, other] = await Promise.all(
      ['stopped', 'unstopped'].map(async (name) => (await metricsOf(name, 'text-encoder')).at(-1)),
    );
    expect(one?.total).toBeCloseTo(other?.total ?? 0, 4);
  });
});

const TEXTS = [
  { name: 'DAMSM', encoder: 'damsm' },
  { name: 'a bi-LSTM trained by contrast', encoder: 'bi-lstm' },
  { name: 'a char-CNN-RNN', encoder: 'char-cnn-rnn' },
  { name: 'vectors of a file', encoder: undefined },
];

/** With vectors where no encoder is taken from another run. */
function withText<Config extends RunConfig>(config: Config, encoder: string | undefined): Config {
  if (encoder !== undefined) return config;
  return { ...config, textEncoder: { kind: 'vectors', file: run('vectors.safetensors'), sentenceDim: 16 } };
}

describe.each(TEXTS)('text of $name', ({ encoder }) => {
  const options = encoder === undefined ? {} : { encoder };
  const label = encoder ?? 'vectors';

  it('feeds both stages of StackGAN', async () => {
    const stage1 = { ...MICRO_STACKGAN.stage1, steps: 2 };
    const config = { ...MICRO_STACKGAN, stage1, stage2: { ...MICRO_STAGE2, steps: 2 } };
    const outcome = await trained(`stackgan-${label}`, withText(config, encoder), options);
    expect(outcome).toEqual({ finished: true, checkpointStep: 2 });
    expect(await readdir(join(run(`stackgan-${label}`), 'stage-2', 'samples'))).toEqual(['0000002.png']);
    expect(await metricsOf(`stackgan-${label}`, 'stage-2')).toHaveLength(2);
  });

  it('feeds StackGAN++', async () => {
    const config = withText({ ...MICRO_STACKGAN_PP, steps: 2 }, encoder);
    const outcome = await trained(`stackgan-pp-${label}`, config, options);
    expect(outcome).toEqual({ finished: true, checkpointStep: 2 });
    const [first] = await metricsOf(`stackgan-pp-${label}`);
    expect(first).toMatchObject({ discriminator128: expect.any(Number), kl: expect.any(Number) });
  });

  it('feeds AttnGAN, with the DAMSM loss where it is DAMSM', async () => {
    const similarity = encoder === 'damsm' ? MICRO_ATTNGAN.similarity : null;
    const config = withText({ ...MICRO_ATTNGAN, steps: 2, similarity }, encoder);
    const outcome = await trained(`attngan-${label}`, config, options);
    expect(outcome).toEqual({ finished: true, checkpointStep: 2 });
    const [first] = await metricsOf(`attngan-${label}`);
    expect(first?.words === undefined).toBe(encoder !== 'damsm');
    const sheets = label === 'damsm' || label === 'bi-lstm' ? ['0000002-attention.png'] : [];
    const names = await readdir(join(run(`attngan-${label}`), 'samples'));
    expect(names.sort()).toEqual([...sheets, '0000002.png'].sort());
  });
});

describe('a run that takes something from another', () => {
  it('trains Stage-II behind the Stage-I of a run of the first form', async () => {
    const first = run('first');
    await trained('first', MICRO_STACKGAN, { encoder: 'bi-lstm' });
    const { kind: _, ...textEncoder } = MICRO_CONTRASTIVE;
    const { preset, seed, captions, sampleEverySteps, checkpointEverySteps, stage1 } = MICRO_STACKGAN;
    const fields = { preset, seed, captions, sampleEverySteps, checkpointEverySteps, stage1 };
    const config = { architecture: 'stackgan', ...fields, textEncoder };
    await writeFile(join(first, 'config.json'), JSON.stringify(config));
    // That form goes on as well: it is at its end.
    expect(await train({ config: undefined, data: EMOJI_SAMPLE, out: first, resume: true })).toEqual({
      finished: true,
      checkpointStep: 8,
    });

    const both = { ...MICRO_STACKGAN, seed: 5, stage2: MICRO_STAGE2 };
    const options = { data: EMOJI_SAMPLE, out: run('behind'), stage1From: first };
    expect(await train({ config: both, ...options })).toEqual({ finished: true, checkpointStep: 4 });
    const weightsAt = async (...path: string[]) =>
      readSafetensors(await readFile(join(folder, ...path, 'weights.safetensors'))).tensors;
    const stage1Weights = await weightsAt('first', 'checkpoints', '8');
    const stage2Weights = await weightsAt('behind', 'stage-2', 'checkpoints', '4');
    // Averaged, and not moved.
    const name = 'stage1_generator/upsample1/conv/kernel';
    expect(stage2Weights.get(name)?.data).toEqual(stage1Weights.get(`average/${name}`)?.data);
    await expect(train({ config: MICRO_STACKGAN, ...options, out: run('no-stage2') })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('stage2'),
    });
  });

  it('begins with its weights where names and shapes agree', async () => {
    const one = { ...MICRO_STACKGAN_PP.generator, branches: 1 };
    await trained('one-branch', { ...MICRO_STACKGAN_PP, generator: one, steps: 1 }, { encoder: 'bi-lstm' });
    const events: TrainEvent[] = [];
    const options = { data: EMOJI_SAMPLE, out: run('two-branches') };
    const origins = { textEncoderFrom: run('bi-lstm'), warmStartFrom: run('one-branch') };
    const onEvent = (event: TrainEvent) => events.push(event);
    await train({ config: { ...MICRO_STACKGAN_PP, steps: 1 }, ...options, ...origins, onEvent });
    const began = events.find((event) => event.type === 'warm-start');
    expect(began?.taken).toBeGreaterThan(20);
    expect(began?.taken).toBeLessThan(began?.of ?? 0);
    // For the card.
    expect(await readProvenance(new RunFolder(run('two-branches')))).toMatchObject({
      warmStart: [{ run: 'one-branch', architecture: 'stackgan-pp', step: 1 }],
      textEncoder: { run: 'bi-lstm', step: MICRO_CONTRASTIVE.steps },
    });
  });

  it('is not resumed with another vocabulary', async () => {
    const file = join(run('stackgan-bi-lstm'), 'vocabulary.json');
    const vocabulary = JSON.parse(await readFile(file, 'utf8'));
    const [padding, first, second, ...rest] = vocabulary.words;
    await writeFile(file, JSON.stringify({ words: [padding, second, first, ...rest] }));
    await expect(trained('stackgan-bi-lstm', MICRO_STACKGAN, { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringContaining('vocabulary'),
    });
  });
});

describe('a dry run', () => {
  it('counts the models and measures every phase, and leaves nothing', async () => {
    const config = { ...MICRO_ATTNGAN, steps: 1000 };
    const { groups, phases, peakMemoryBytes } = await dryRun({ config, data: EMOJI_SAMPLE });
    expect(groups.map(({ name }) => name)).toEqual(['generator', 'discriminators', 'encoders']);
    expect(phases.map(({ name, steps }) => ({ name, steps }))).toEqual([
      { name: 'text encoder', steps: 12 },
      { name: 'attngan', steps: 1000 },
    ]);
    for (const { secondsPerStep, imagesPerSecond } of phases) {
      expect(secondsPerStep * imagesPerSecond).toBeGreaterThan(3.9);
    }
    expect(peakMemoryBytes).toBeGreaterThan(1e8);
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith('wordbrush-dry-run'));
    expect(left).toEqual([]);
  });
});

describe('a model without text', () => {
  it('is trained by StackGAN++, with the colours of its scales held together', async () => {
    const config = { ...MICRO_STACKGAN_PP, textEncoder: null, text: null, colorWeight: 50, steps: 2 };
    expect(await trained('unconditional', config)).toEqual({ finished: true, checkpointStep: 2 });
    const [first] = await metricsOf('unconditional');
    expect(first).toMatchObject({ colorMean128: expect.any(Number) });
    expect(first).not.toHaveProperty('kl');
    expect(await readdir(run('unconditional'))).not.toContain('text-encoder');
  });
});

describe('vectors of a file', () => {
  it.each([
    [{ file: 'nowhere.npy' }, /nowhere\.npy/],
    [{ sentenceDim: 8 }, /expected vectors of size 8/],
  ])('that do not fit, %o, are refused by name', async (fields, message) => {
    const vectors = { kind: 'vectors' as const, file: run('vectors.safetensors'), sentenceDim: 16 };
    const config = { ...MICRO_STACKGAN, textEncoder: { ...vectors, ...fields } };
    const training = trained('misfit', config);
    await expect(training).rejects.toMatchObject({
      code: 'DATASET_INVALID',
      message: expect.stringMatching(message),
    });
    expect(await readdir(folder)).not.toContain('misfit');
  });
});
