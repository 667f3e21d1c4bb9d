import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { EMOJI_SAMPLE } from './micro-configs.js';

const COMMAND = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
const SETTINGS = [
  ...['textEncoder=null', 'text=null', 'colorWeight=1', 'batchSize=2', 'keepBest=null'],
  ...['generator.baseWidth=2', 'generator.zDim=4', 'generator.branches=1', 'discriminator.baseWidth=2'],
];
/** Small enough for plain JavaScript, whose sums do not depend on threads. */
const PLAIN: Training = {
  backend: 'cpu',
  settings: ['steps=4', 'checkpointEverySteps=2', 'sampleEverySteps=3'],
};
const NATIVE: Training = {
  backend: 'native',
  settings: ['steps=50', 'checkpointEverySteps=7', 'sampleEverySteps=20'],
};

interface Training {
  backend: 'cpu' | 'native';
  settings: string[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-kill-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A training in a process of its own; it begins the run where there is none yet. */
async function train({ backend, settings }: Training, out: string): Promise<ChildProcess> {
  const assignments = [...SETTINGS, ...settings].flatMap((setting) => ['--set', setting]);
  const names: string[] = await readdir(out).catch(() => []);
  const args = [
    ...['--import', 'tsx', COMMAND, 'train', '--data', EMOJI_SAMPLE, '--out', out, '--backend', backend],
    ...(names.includes('config.json') ? ['--resume'] : ['--architecture', 'stackgan-pp', ...assignments]),
  ];
  return spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

function ended(child: ChildProcess): Promise<{ code: number | null; error: string }> {
  let error = '';
  child.stderr?.on('data', (text) => {
    error += String(text);
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, error })));
}

async function linesOf(out: string): Promise<Record<string, number>[]> {
  const text = await readFile(join(out, 'metrics.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const { imagesPerSecond: _, ...losses } = JSON.parse(line);
    return losses;
  });
}

/** Kills a training so many milliseconds after so many steps are in its metrics. */
async function killAfter(child: ChildProcess, out: string, steps: number, delayMs: number): Promise<void> {
  const end = ended(child);
  const watch = setInterval(async () => {
    if ((await linesOf(out)).length < steps) return;
    clearInterval(watch);
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  }, 5);
  const { code, error } = await end;
  clearInterval(watch);
  // A delay may be longer than what was left to do.
  expect([null, 0], error).toContain(code);
}

/** The folders of a run that never was killed, and of one that was, `kills` times at random steps and moments. */
async function bothRuns(name: string, training: Training, lastSteps: readonly number[]) {
  const random = new RandomStream(lastSteps.length);
  const [whole, killed] = [join(folder, `${name}-whole`), join(folder, `${name}-killed`)];
  const { code, error } = await ended(await train(training, whole));
  expect(code, error).toBe(0);
  for (const [index, last] of lastSteps.entries()) {
    const first = lastSteps[index - 1] ?? 1;
    const steps = first + random.integer(Math.max(1, last - first));
    await killAfter(await train(training, killed), killed, steps, random.integer(40));
  }
  const end = await ended(await train(training, killed));
  expect(end.code, end.error).toBe(0);
  return { whole, killed };
}

describe('a run killed by SIGKILL', () => {
  it('goes on to the same losses and weights, to the last bit, as one that never was', async () => {
    // Before the first checkpoint, and after it.
    const { whole, killed } = await bothRuns('plain', PLAIN, [2, 4]);
    expect(await linesOf(killed)).toEqual(await linesOf(whole));
    const weightsOf = (out: string) => readFile(join(out, 'checkpoints', '4', 'weights.safetensors'));
    expect((await weightsOf(killed)).equals(await weightsOf(whole))).toBe(true);
    expect((await readdir(join(killed, 'checkpoints'))).sort()).toEqual(['2', '4']);
    expect(await readdir(killed)).not.toContain('run.lock');
  }, 300_000);

  it('goes on within 1e-5 of every loss over 50 steps on the native backend', async () => {
    const { whole, killed } = await bothRuns('native', NATIVE, [6, 15, 30, 48]);
    const [one, other] = [await linesOf(whole), await linesOf(killed)];
    expect(other.map(({ step }) => step)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    for (const [index, losses] of one.entries()) {
      for (const [loss, value] of Object.entries(losses)) {
        const difference = Math.abs((other[index]?.[loss] ?? Number.NaN) - value);
        expect(difference, `${loss} of step ${losses.step}`).toBeLessThanOrEqual(1e-5 * Math.abs(value));
      }
    }
    // The folders of two kills may be there, hidden, but no checkpoint is half.
    const names = await readdir(join(killed, 'checkpoints'));
    expect(names.filter((entry) => !entry.startsWith('.')).sort()).toEqual(['49', '50']);
  }, 300_000);

  it('is kept from a folder where another process trains, but not by the lock of one that is gone', async () => {
    const out = join(folder, 'plain-whole');
    const lock = (pid: number) => writeFile(join(out, 'run.lock'), JSON.stringify({ pid, host: hostname() }));
    await lock(process.pid);
    const refused = await ended(await train(PLAIN, out));
    expect(refused.code).toBe(1);
    expect(refused.error).toMatch(new RegExp(`error RUN_IN_USE: .*process ${process.pid}`));
    // A process number that no system gives.
    await lock(2 ** 30);
    const taken = await ended(await train(PLAIN, out));
    expect(taken.code, taken.error).toBe(0);
  }, 120_000);
});
