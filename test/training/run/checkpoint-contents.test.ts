import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import type { StackganPlusPlusConfig } from '../../../src/training/run/config/stackgan-pp-config.js';
import { train } from '../../../src/training/run/train.js';
import {
  readSafetensors,
  type SafetensorsTensor,
  writeSafetensors,
} from '../../../src/training/weights/safetensors.js';
import { EMOJI_SAMPLE, MICRO_STACKGAN_PP } from './micro-configs.js';

/** With batch normalisation in both networks, and averages that a sample shows. */
const CONFIG: StackganPlusPlusConfig = {
  ...MICRO_STACKGAN_PP,
  textEncoder: null,
  text: null,
  colorWeight: 1,
  generator: { zDim: 4, baseWidth: 2, residualBlocks: 1, branches: 1 },
  discriminator: { baseWidth: 2, normalization: 'batch' },
  averageDecay: 0.5,
  batchSize: 2,
  steps: 4,
  checkpointEverySteps: 2,
  sampleEverySteps: 4,
};

let folder: string;
let whole: Awaited<ReturnType<typeof resultOf>>;

beforeAll(async () => {
  await loadTensorFlow();
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-contents-'));
  await train({ config: CONFIG, data: EMOJI_SAMPLE, out: join(folder, 'whole') });
  whole = await resultOf('whole');
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The losses of the steps after the checkpoint of step 2, and what the samples of the last step are like. */
async function resultOf(name: string) {
  const text = await readFile(join(folder, name, 'metrics.jsonl'), 'utf8');
  const lines: Record<string, number>[] = text
    .trim()
    .split('\n')
    .slice(2)
    .map((line) => JSON.parse(line));
  const losses = lines.flatMap(({ discriminator, generator }) => [
    discriminator ?? Number.NaN,
    generator ?? Number.NaN,
  ]);
  const { sampleDiversity = Number.NaN, nearestTraining = Number.NaN } = lines.at(-1) ?? {};
  return { steps: lines.map(({ step }) => step), losses, samples: [sampleDiversity, nearestTraining] };
}

/** The largest relative difference. */
function difference(one: readonly number[], other: readonly number[]): number {
  const each = one.map((value, index) => Math.abs(value - (other[index] ?? Number.NaN)) / Math.abs(value));
  return Math.max(...each);
}

/** What threads that add in another order may do to a few steps. */
const SAME = 1e-5;
/** What the least part of a checkpoint changes is a hundred times as much. */
const OTHER = 1e-3;

type Change = (name: string, tensor: SafetensorsTensor) => SafetensorsTensor | undefined;

/** The run again from step 2, with what its checkpoint holds changed before. */
async function resumedWith(name: string, change: Change, state: Record<string, unknown> = {}) {
  const run = join(folder, name);
  await cp(join(folder, 'whole'), run, { recursive: true });
  await rm(join(run, 'checkpoints', '4'), { recursive: true });
  const checkpoint = join(run, 'checkpoints', '2');
  const file = join(checkpoint, 'weights.safetensors');
  const { tensors } = readSafetensors(await readFile(file));
  let changed = 0;
  const kept = [...tensors].flatMap(([key, tensor]): [string, SafetensorsTensor][] => {
    const other = change(key, tensor);
    if (other !== tensor) changed += 1;
    return other === undefined ? [] : [[key, other]];
  });
  await writeFile(file, writeSafetensors(new Map(kept), {}));
  const stateFile = join(checkpoint, 'state.json');
  const { weightsSha256: _, ...before } = JSON.parse(await readFile(stateFile, 'utf8'));
  await writeFile(stateFile, JSON.stringify({ ...before, ...state }));
  await train({ config: undefined, data: EMOJI_SAMPLE, out: run, resume: true });
  return { changed, ...(await resultOf(name)) };
}

const keep: Change = (_, tensor) => tensor;
const zero = (tensor: SafetensorsTensor): SafetensorsTensor => ({
  ...tensor,
  dtype: 'F32',
  data: new Float32Array(tensor.data.length),
});
const zeroed =
  (pattern: RegExp): Change =>
  (name, tensor) =>
    pattern.test(name) ? zero(tensor) : tensor;

describe('a checkpoint', () => {
  it('holds all that a run needs: gone on with, it gives the same losses and samples', async () => {
    const { changed, losses, samples } = await resumedWith('same', keep);
    expect(changed).toBe(0);
    expect(difference(losses, whole.losses)).toBeLessThan(SAME);
    expect(difference(samples, whole.samples)).toBeLessThan(SAME);
  });

  it.each([
    ['weights of the generator', /^generator\/.*(kernel|gamma)$/],
    ['weights of the discriminator', /^discriminator64\/.*(kernel|gamma)$/],
    ["the generator's moments", /^adam\/generator\//],
    ["the discriminator's moments", /^adam\/discriminator64\//],
  ])(
    'without %s gives other losses',
    async (name, pattern) => {
      const { changed, losses } = await resumedWith(name.replaceAll(' ', '-'), zeroed(pattern));
      expect(changed).toBeGreaterThan(0);
      expect(losses).not.toEqual(whole.losses);
    },
    60_000,
  );

  it.each([
    ['averaged weights', /^average\//],
    ['statistics of batch normalisation', /^generator\/.*moving_(mean|variance)$/],
  ])('without %s draws other samples', async (name, pattern) => {
    const { changed, samples } = await resumedWith(name.replaceAll(' ', '-'), zeroed(pattern));
    expect(changed).toBeGreaterThan(0);
    expect(difference(samples, whole.samples)).toBeGreaterThan(OTHER);
  });

  it('with another step draws other pictures and noise: the step is random state and data cursor', async () => {
    const { steps, losses } = await resumedWith('step', keep, { step: 1 });
    expect(steps).toEqual([3, 4]);
    expect(difference(losses, whole.losses)).toBeGreaterThan(OTHER);
  });

  it('that lacks a tensor, or has one more, is refused by its name', async () => {
    const lacking: Change = (name, tensor) => (name.startsWith('average/') ? undefined : tensor);
    await expect(resumedWith('lacking', lacking)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringContaining('expected a tensor average/'),
    });
  });

  it('keeps the configuration that it was written under', async () => {
    const state = JSON.parse(await readFile(join(folder, 'whole', 'checkpoints', '4', 'state.json'), 'utf8'));
    expect(state).toMatchObject({ step: 4, config: { ...CONFIG } });
  });
});
