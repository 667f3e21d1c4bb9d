import { appendFile, cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/sdk/index.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { exportRun } from '../../../src/training/export/export-run.js';
import type { StackganConfig } from '../../../src/training/run/config/stackgan-config.js';
import { readChangedSettings } from '../../../src/training/run/settings-log.js';
import { train as trainRun } from '../../../src/training/run/train.js';
import type { TrainEvent } from '../../../src/training/run/train-events.js';
import { readSafetensors, writeSafetensors } from '../../../src/training/weights/safetensors.js';
import { EMOJI_SAMPLE, MICRO_CONTRASTIVE, MICRO_STACKGAN } from './micro-configs.js';
import { readEvents } from './tensorboard/read-events.js';

let folder: string;
const run = (name: string) => join(folder, name);
const train = (name: string, options: { resume?: boolean; config?: StackganConfig } = {}) => {
  const events: TrainEvent[] = [];
  const onEvent = (event: TrainEvent) => events.push(event);
  return trainRun({
    config: MICRO_STACKGAN,
    data: EMOJI_SAMPLE,
    out: run(name),
    onEvent,
    ...options,
  }).then(() => events);
};

beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-run-'));
  await train('whole');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function metricsOf(name: string): Promise<Record<string, number>[]> {
  const text = await readFile(join(run(name), 'metrics.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

async function weightsAt(name: string, step: number) {
  return readSafetensors(await readFile(join(run(name), 'checkpoints', String(step), 'weights.safetensors')))
    .tensors;
}

describe('a training run', () => {
  it('leaves a whole folder: config, vocabulary, text encoder, checkpoints, sample grids, metrics', async () => {
    const names = await readdir(run('whole'));
    expect(names.sort()).toEqual(
      [
        'checkpoints',
        'config.json',
        'dataset.json',
        'logs',
        'metrics.jsonl',
        'samples',
        'text-encoder',
        'vocabulary.json',
      ].sort(),
    );
    expect((await readdir(join(run('whole'), 'checkpoints'))).sort()).toEqual(['4', '8']);
    expect(await readdir(join(run('whole'), 'samples'))).toEqual(['0000004.png', '0000008.png']);
    const metrics = await metricsOf('whole');
    expect(metrics.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const sampled = metrics.filter((line) => line.sampleDiversity !== undefined);
    expect(sampled.map(({ step }) => step)).toEqual([4, 8]);
    expect(sampled[0]).toMatchObject({ textEffect: expect.any(Number), nearestTraining: expect.any(Number) });
  });

  it('logs for TensorBoard, a folder a phase', async () => {
    const eventsOf = async (phase: string) => {
      const [name = ''] = await readdir(join(run('whole'), 'logs', phase));
      return readEvents(await readFile(join(run('whole'), 'logs', phase, name)));
    };
    expect((await readdir(join(run('whole'), 'logs'))).sort()).toEqual(['stage-1', 'text-encoder']);
    const events = await eventsOf('stage-1');
    const scalars = events.filter((event) => Object.keys(event.scalars).length > 0);
    expect(scalars.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const metrics = await metricsOf('whole');
    for (const [index, event] of scalars.entries()) {
      const { discriminator, accuracyReal, imagesPerSecond } = metrics[index] ?? {};
      expect(event.scalars['loss/discriminator']).toBe(Math.fround(discriminator ?? Number.NaN));
      expect(event.scalars['discriminator/accuracyReal']).toBe(Math.fround(accuracyReal ?? Number.NaN));
      expect(event.scalars['speed/imagesPerSecond']).toBe(Math.fround(imagesPerSecond ?? Number.NaN));
      expect(event.scalars['learningRate/discriminator']).toBeCloseTo(4e-4, 9);
    }
    const pictures = events.filter((event) => 'samples' in event.images);
    expect(pictures.map(({ step }) => step)).toEqual([4, 8]);
    const grid = await readFile(join(run('whole'), 'samples', '0000004.png'));
    expect(pictures[0]?.images.samples?.png.equals(grid)).toBe(true);
    expect((await eventsOf('text-encoder')).at(-1)?.step).toBe(30);
  });

  it('warns on screen and in its metrics where the discriminator is too strong', async () => {
    await cp(run('whole'), run('strong'), { recursive: true });
    await rm(join(run('strong'), 'checkpoints', '8'), { recursive: true });
    // As if it had judged rightly for long: the lines before the checkpoint count.
    const line = (step: number) => JSON.stringify({ step, accuracyReal: 1, accuracyFake: 1 });
    const past = Array.from({ length: 600 }, (_, index) => `${line(index < 599 ? 1 : 4)}\n`);
    await writeFile(join(run('strong'), 'metrics.jsonl'), past.join(''));
    const events = await train('strong', { resume: true });
    const warned = events.filter((event) => event.type === 'warning');
    expect(warned).toMatchObject([{ step: 8, warning: { kind: 'discriminator-too-strong' } }]);
    expect((await metricsOf('strong')).at(-1)).toMatchObject({
      step: 8,
      warnings: [{ kind: 'discriminator-too-strong', threshold: 0.98 }],
    });
  });

  it('keeps the checkpoint whose samples are nearest to real pictures, which can be exported', async () => {
    const keepBest = { everyCheckpoints: 1, pictures: 16 };
    const config = { ...MICRO_STACKGAN, keepBest };
    const events: TrainEvent[] = [];
    const origins = { textEncoderFrom: run('whole') };
    const onEvent = (event: TrainEvent) => events.push(event);
    const empty = tf.memory().numTensors;
    await trainRun({ config, data: EMOJI_SAMPLE, out: run('best'), onEvent, ...origins });
    expect(tf.memory().numTensors).toBe(empty);
    const measured = (await metricsOf('best')).filter((line) => line.kernelDistance !== undefined);
    expect(measured.map(({ step }) => step)).toEqual([4, 8]);
    const best = measured.reduce((one, other) =>
      (other.kernelDistance ?? 0) < (one.kernelDistance ?? 0) ? other : one,
    );
    expect(events.findLast((event) => event.type === 'best')?.step).toBe(best.step);
    const report = await exportRun({ run: run('best'), out: run('best-bundle'), checkpoint: 'best' });
    expect(report.step).toBe(best.step);
    const first = await exportRun({ run: run('best'), out: run('best-bundle'), checkpoint: 4 });
    expect(first.step).toBe(4);
    await expect(
      exportRun({ run: run('best'), out: run('best-bundle'), checkpoint: 5 }),
    ).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID', message: expect.stringMatching(/4, 8, best/) });
  });

  describe('killed past its last checkpoint and resumed', () => {
    let events: TrainEvent[] = [];
    let tensorsLeft = 0;
    beforeAll(async () => {
      await cp(run('whole'), run('resumed'), { recursive: true });
      await rm(join(run('resumed'), 'checkpoints', '8'), { recursive: true });
      await appendFile(join(run('resumed'), 'metrics.jsonl'), '{"step":9,"disc');
      const before = tf.memory().numTensors;
      events = await train('resumed', { resume: true });
      tensorsLeft = tf.memory().numTensors - before;
    });

    it('gives the weights of an uninterrupted one', async () => {
      expect(events[1]).toEqual({ type: 'resume', phase: 'stage 1', step: 4 });
      const whole = await weightsAt('whole', 8);
      const resumed = await weightsAt('resumed', 8);
      expect([...resumed.keys()]).toEqual([...whole.keys()]);
      for (const [name, { data }] of whole) {
        const other = resumed.get(name)?.data ?? [];
        const largest = Array.from(data, Number).reduce(
          (most, value, i) => Math.max(most, Math.abs(value - Number(other[i]))),
          0,
        );
        // The native kernels add in an order that depends on the threads; Adam turns that into at most a small step.
        expect(largest, name).toBeLessThan(2e-4);
      }
    });

    it('has each step once in its metrics', async () => {
      expect((await metricsOf('resumed')).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    it('keeps no tensors', () => expect(tensorsLeft).toBe(0));
  });

  it('stops after the step under way when asked, with a checkpoint to go on from', async () => {
    await cp(run('whole'), run('stopped'), { recursive: true });
    await rm(join(run('stopped'), 'checkpoints', '8'), { recursive: true });
    const stop = new AbortController();
    const onEvent = (event: TrainEvent) => {
      if (event.type === 'step' && event.phase === 'stage 1' && event.step === 6) stop.abort();
    };
    await trainRun({
      config: MICRO_STACKGAN,
      data: EMOJI_SAMPLE,
      out: run('stopped'),
      resume: true,
      signal: stop.signal,
      onEvent,
    });
    expect((await readdir(join(run('stopped'), 'checkpoints'))).sort()).toEqual(['4', '6']);
  });

  it('stops at a loss that is no number, naming step, loss and last good checkpoint', async () => {
    await cp(run('whole'), run('diverged'), { recursive: true });
    await rm(join(run('diverged'), 'checkpoints', '8'), { recursive: true });
    const checkpoint = join(run('diverged'), 'checkpoints', '4');
    const file = join(checkpoint, 'weights.safetensors');
    const { tensors } = readSafetensors(await readFile(file));
    const kernel = tensors.get('stage1_generator/img/kernel');
    if (kernel === undefined) throw new Error('Expected the kernel of the picture.');
    const data = new Float32Array(kernel.data.length).fill(Number.NaN);
    const broken = new Map(tensors).set('stage1_generator/img/kernel', {
      dtype: 'F32',
      shape: kernel.shape,
      data,
    });
    await writeFile(file, writeSafetensors(broken, {}));
    const stateFile = join(checkpoint, 'state.json');
    const { weightsSha256: _, ...state } = JSON.parse(await readFile(stateFile, 'utf8'));
    await writeFile(stateFile, JSON.stringify(state));
    await expect(train('diverged', { resume: true })).rejects.toMatchObject({
      code: 'TRAINING_DIVERGED',
      message: expect.stringMatching(/became NaN at step 5\./),
      details: { step: 5, lastGoodCheckpoint: checkpoint },
    });
    expect(await readdir(join(run('diverged'), 'checkpoints'))).toEqual(['4']);
    expect(await readdir(run('diverged'))).not.toContain('run.lock');
  });

  it('keeps no tensors', async () => {
    const empty = tf.memory().numTensors;
    const textEncoder = { ...MICRO_CONTRASTIVE, steps: 2 };
    const stage1 = { ...MICRO_STACKGAN.stage1, steps: 2 };
    await train('fresh', { config: { ...MICRO_STACKGAN, textEncoder, stage1 } });
    expect(tf.memory().numTensors).toBe(empty);
  });

  it('is not overwritten without --resume, and not resumed where there is none', async () => {
    await expect(train('whole')).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    await expect(train('nowhere', { resume: true })).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect(await readdir(folder)).not.toContain('nowhere');
  });

  it('goes on from the checkpoint before a damaged one, says so, and ends alike', async () => {
    await cp(run('whole'), run('damaged'), { recursive: true });
    const file = join(run('damaged'), 'checkpoints', '8', 'weights.safetensors');
    await writeFile(file, (await readFile(file)).subarray(0, 5000));
    const events = await train('damaged', { resume: true });
    expect(events.find((event) => event.type === 'damaged-checkpoint')).toMatchObject({
      step: 8,
      reason: expect.stringContaining('sha256'),
    });
    expect(events.find((event) => event.type === 'resume')).toMatchObject({ step: 4 });
    expect((await metricsOf('damaged')).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect((await readdir(join(run('damaged'), 'checkpoints'))).sort()).toEqual(['.8.damaged', '4', '8']);
  });

  it('names every checkpoint that is damaged when none is left', async () => {
    await cp(run('whole'), run('ruined'), { recursive: true });
    for (const step of ['4', '8']) {
      await writeFile(join(run('ruined'), 'checkpoints', step, 'weights.safetensors'), '');
    }
    await expect(train('ruined', { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringContaining('checkpoints/8'),
    });
  });

  it('goes on with other learning rates and says so, but not with other networks or another seed', async () => {
    await cp(run('whole'), run('changed'), { recursive: true });
    await rm(join(run('changed'), 'checkpoints', '8'), { recursive: true });
    const write = (config: object) =>
      writeFile(join(run('changed'), 'config.json'), JSON.stringify({ ...MICRO_STACKGAN, ...config }));
    const { stage1 } = MICRO_STACKGAN;
    await write({ seed: 7 });
    await expect(train('changed', { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringMatching(/but seed is another one/),
    });
    await write({ stage1: { ...stage1, batchSize: 4 } });
    await expect(train('changed', { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      details: { fields: ['stage1.batchSize'] },
    });
    const { generator } = stage1;
    await write({ stage1: { ...stage1, generator: { ...generator, baseWidth: 2 * generator.baseWidth } } });
    await expect(train('changed', { resume: true })).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      // Not that some tensor of the checkpoint has another shape.
      details: { fields: ['stage1.generator.baseWidth'] },
    });
    await write({ stage1: { ...stage1, generatorLearningRate: 1e-5 } });
    const events = await train('changed', { resume: true });
    expect(events.find((event) => event.type === 'config-changed')).toMatchObject({
      fields: ['stage1.generatorLearningRate'],
    });
    // For the card.
    const { generatorLearningRate: from } = stage1;
    expect(await readChangedSettings(join(run('changed'), 'settings.jsonl'))).toEqual([
      { step: 4, changes: [{ field: 'stage1.generatorLearningRate', from, to: 1e-5 }] },
    ]);
  });

  it('names a configuration that is wrong', async () => {
    await cp(run('whole'), run('other'), { recursive: true });
    const wider = { ...MICRO_STACKGAN, stage1: { ...MICRO_STACKGAN.stage1, klWeight: 'much' } };
    await writeFile(join(run('other'), 'config.json'), JSON.stringify(wider));
    await expect(train('other', { resume: true })).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining('stage1.klWeight'),
    });
  });

  describe('refuses before anything is written', () => {
    /** The sample with its metadata changed line by line. */
    async function dataWith(name: string, change: (line: Record<string, unknown>, index: number) => unknown) {
      const data = run(name);
      await cp(EMOJI_SAMPLE, data, { recursive: true });
      const lines = (await readFile(join(data, 'metadata.jsonl'), 'utf8')).trim().split('\n');
      const changed = lines.map((line, index) => JSON.stringify(change(JSON.parse(line), index)));
      await writeFile(join(data, 'metadata.jsonl'), changed.join('\n'));
      return data;
    }

    async function expectRefusal(data: string, error: object, config = MICRO_STACKGAN): Promise<void> {
      await expect(trainRun({ config, data, out: run('refused') })).rejects.toMatchObject(error);
      expect(await readdir(folder)).not.toContain('refused');
    }

    it.each(['train', 'test'])('a broken picture of the %s split', async (split) => {
      const data = await dataWith(`broken-${split}`, (line) => line);
      const lines = (await readFile(join(data, 'metadata.jsonl'), 'utf8'))
        .split('\n')
        .map((line) => JSON.parse(line));
      const broken = lines.find((line) => line.split === split);
      await writeFile(join(data, broken.file_name), 'not a picture');
      await expectRefusal(data, {
        code: 'DATASET_INVALID',
        message: expect.stringContaining(broken.file_name),
      });
    });

    it('fewer than two pictures to train on', async () => {
      const data = await dataWith('lonely', (line, index) => ({
        ...line,
        split: index === 0 ? 'train' : 'test',
      }));
      await expectRefusal(data, { code: 'DATASET_INVALID', message: expect.stringContaining('received 1') });
    });

    it('a caption without a word', async () => {
      const data = await dataWith('wordless', (line, index) =>
        index === 3 ? { ...line, captions: ['!!!'] } : line,
      );
      const message = expect.stringMatching(/metadata\.jsonl:4: captions\[0\] has no word/);
      await expectRefusal(data, { code: 'DATASET_INVALID', message });
    });

    it('a configuration that is wrong', async () => {
      const config = { ...MICRO_STACKGAN, stage1: { ...MICRO_STACKGAN.stage1, batchSize: 1 } };
      const error = { code: 'CONFIG_INVALID', message: expect.stringContaining('stage1.batchSize') };
      await expectRefusal(EMOJI_SAMPLE, error, config);
    });
  });

  it('is not resumed on other data', async () => {
    const data = run('fewer');
    await cp(EMOJI_SAMPLE, data, { recursive: true });
    const lines = (await readFile(join(data, 'metadata.jsonl'), 'utf8')).trim().split('\n');
    await writeFile(join(data, 'metadata.jsonl'), lines.slice(0, -1).join('\n'));
    const options = { config: MICRO_STACKGAN, data, out: run('whole'), resume: true };
    await expect(trainRun(options)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  });
});

describe('a bundle exported from a run', () => {
  it('draws in the SDK, the same bytes for the same seed, and says what it was trained on', async () => {
    const bundle = run('bundle');
    const report = await exportRun({ run: run('whole'), out: bundle });
    expect(report.step).toBe(8);
    for (const { maxAbsoluteDifference } of report.graphs) expect(maxAbsoluteDifference).toBeLessThan(1e-5);
    await using model = await loadModel(bundle);
    expect(model.info().training).toMatchObject({ steps: 8, preset: 'tiny', seed: 1 });
    const prompt = model.info().training.dataset === '' ? '' : 'red heart';
    const one = await model.generate(prompt, { seed: 3 });
    const two = await model.generate(prompt, { seed: 3 });
    expect(one.images[0]?.data).toEqual(two.images[0]?.data);
    expect(one.images[0]?.width).toBe(64);
  });

  it('replaces an older bundle, and leaves nothing behind where it cannot be written', async () => {
    const bundle = run('bundle');
    await exportRun({ run: run('whole'), out: bundle });
    expect((await readdir(folder)).filter((name) => name.startsWith('bundle'))).toEqual(['bundle']);
    await writeFile(run('a-file'), '');
    const out = join(run('a-file'), 'bundle');
    await expect(exportRun({ run: run('whole'), out })).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
    });
  });

  it('replaces nothing but a bundle', async () => {
    for (const out of [run('whole'), folder]) {
      await expect(exportRun({ run: run('whole'), out })).rejects.toMatchObject({
        code: 'OUTPUT_NOT_WRITABLE',
      });
    }
    expect(await readdir(run('whole'))).toContain('config.json');
  });

  it('needs a checkpoint', async () => {
    await cp(run('whole'), run('young'), { recursive: true });
    await rm(join(run('young'), 'checkpoints'), { recursive: true });
    const options = { run: run('young'), out: run('young-bundle') };
    await expect(exportRun(options)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect(await readdir(folder)).not.toContain('young-bundle');
  });
});
