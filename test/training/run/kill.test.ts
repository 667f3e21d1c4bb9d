import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EMOJI_SAMPLE } from './micro-configs.js';

const COMMAND = fileURLToPath(new URL('../../../src/cli/main.ts', import.meta.url));
/** Small enough for plain JavaScript, whose sums do not depend on threads. */
const SETTINGS = [
  ...['textEncoder=null', 'text=null', 'colorWeight=1', 'steps=4', 'batchSize=2'],
  ...['generator.baseWidth=2', 'generator.zDim=4', 'generator.branches=1', 'discriminator.baseWidth=2'],
  ...['checkpointEverySteps=2', 'sampleEverySteps=3', 'keepBest=null'],
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wordbrush-kill-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function train(out: string, begin: boolean): ChildProcess {
  const settings = ['--architecture', 'stackgan-pp', ...SETTINGS.flatMap((setting) => ['--set', setting])];
  const args = [
    ...['--import', 'tsx', COMMAND, 'train', '--data', EMOJI_SAMPLE, '--out', out, '--backend', 'cpu'],
    ...(begin ? settings : ['--resume']),
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

async function lossesOf(out: string): Promise<Record<string, number>[]> {
  const text = await readFile(join(out, 'metrics.jsonl'), 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => {
    const { imagesPerSecond: _, ...losses } = JSON.parse(line);
    return losses;
  });
}

/** Kills a training once so many steps are in its metrics. */
async function killAfter(child: ChildProcess, out: string, steps: number): Promise<void> {
  const end = ended(child);
  const watch = setInterval(async () => {
    if ((await lossesOf(out)).length >= steps) child.kill('SIGKILL');
  }, 5);
  const { code, error } = await end;
  clearInterval(watch);
  expect(code, error).toBe(null);
}

describe('a run killed by SIGKILL', () => {
  it('goes on to the same losses and weights, to the last bit, as one that never was', async () => {
    const whole = join(folder, 'whole');
    const { code, error } = await ended(train(whole, true));
    expect(code, error).toBe(0);

    const killed = join(folder, 'killed');
    // Before the first checkpoint, and after it.
    await killAfter(train(killed, true), killed, 1);
    await killAfter(train(killed, false), killed, 3);
    const last = await ended(train(killed, false));
    expect(last.code, last.error).toBe(0);

    expect(await lossesOf(killed)).toEqual(await lossesOf(whole));
    const weightsOf = (out: string) => readFile(join(out, 'checkpoints', '4', 'weights.safetensors'));
    expect((await weightsOf(killed)).equals(await weightsOf(whole))).toBe(true);
    expect((await readdir(join(killed, 'checkpoints'))).sort()).toEqual(['2', '4']);
    expect(await readdir(killed)).not.toContain('run.lock');
  }, 300_000);

  it('is kept from a folder where another process trains, but not by the lock of one that is gone', async () => {
    const out = join(folder, 'whole');
    const lock = (pid: number) => writeFile(join(out, 'run.lock'), JSON.stringify({ pid, host: hostname() }));
    await lock(process.pid);
    const refused = await ended(train(out, false));
    expect(refused.code).toBe(1);
    expect(refused.error).toMatch(new RegExp(`error RUN_IN_USE: .*process ${process.pid}`));
    // A process number that no system gives.
    await lock(2 ** 30);
    const taken = await ended(train(out, false));
    expect(taken.code, taken.error).toBe(0);
  }, 120_000);
});
