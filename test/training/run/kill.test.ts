import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { ended, startWordbrush } from '../../cli/run-wordbrush.js';
import { EMOJI_SAMPLE } from './micro-configs.js';

const SETTINGS = [
  ...['textEncoder=null', 'text=null', 'colorWeight=1', 'batchSize=2', 'keepBest=null'],
  ...['generator.baseWidth=2', 'generator.zDim=4', 'generator.branches=1', 'discriminator.baseWidth=2'],
];
/** Small enough for plain JavaScript, whose sums do not depend on threads; samples on the way are drawn by the other. */
const PLAIN: Training = {
  backend: 'cpu',
  settings: ['steps=4', 'checkpointEverySteps=2', 'sampleEverySteps=1000'],
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

type Command = Awaited<ReturnType<typeof startWordbrush>>;

/** A training in a process of its own; it begins the run where there is none yet. */
async function train({ backend, settings }: Training, out: string): Promise<Command> {
  const assignments = [...SETTINGS, ...settings].flatMap((setting) => ['--set', setting]);
  const names: string[] = await readdir(out).catch(() => []);
  return startWordbrush([
    ...['train', '--data', EMOJI_SAMPLE, '--out', out, '--backend', backend],
    ...(names.includes('config.json') ? ['--resume'] : ['--architecture', 'stackgan-pp', ...assignments]),
  ]);
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
async function killAfter(child: Command, out: string, steps: number, delayMs: number): Promise<void> {
  const end = ended(child);
  const watch = setInterval(async () => {
    if ((await linesOf(out)).length < steps) return;
    clearInterval(watch);
    setTimeout(() => child.kill('SIGKILL'), delayMs);
  }, 5);
  const { code, errors } = await end;
  clearInterval(watch);
  // A delay may be longer than what was left to do.
  expect([null, 0], errors).toContain(code);
}

/** The folders of a run that never was killed, and of one that was, `kills` times at random steps and moments. */
async function bothRuns(name: string, training: Training, lastSteps: readonly number[]) {
  const random = new RandomStream(lastSteps.length);
  const [whole, killed] = [join(folder, `${name}-whole`), join(folder, `${name}-killed`)];
  const { code, errors } = await ended(await train(training, whole));
  expect(code, errors).toBe(0);
  for (const [index, last] of lastSteps.entries()) {
    const first = lastSteps[index - 1] ?? 1;
    const steps = first + random.integer(Math.max(1, last - first));
    await killAfter(await train(training, killed), killed, steps, random.integer(40));
  }
  const end = await ended(await train(training, killed));
  expect(end.code, end.errors).toBe(0);
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
  }, 900_000);

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
  }, 900_000);

  it('is kept from a folder where another process trains, but not by the lock of one that is gone', async () => {
    const out = join(folder, 'plain-whole');
    const lock = (pid: number) => writeFile(join(out, 'run.lock'), JSON.stringify({ pid, host: hostname() }));
    await lock(process.pid);
    const refused = await ended(await train(PLAIN, out));
    expect(refused.code).toBe(1);
    expect(refused.errors).toMatch(new RegExp(`error RUN_IN_USE: .*process ${process.pid}`));
    // A process number that no system gives.
    await lock(2 ** 30);
    const taken = await ended(await train(PLAIN, out));
    expect(taken.code, taken.errors).toBe(0);
  }, 300_000);
});
