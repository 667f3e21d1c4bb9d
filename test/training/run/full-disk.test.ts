import { execFile } from 'node:child_process';
import { statfsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { train } from '../../../src/training/run/train.js';
import { EMOJI_SAMPLE, MICRO_STACKGAN_PP } from './micro-configs.js';

const run = promisify(execFile);

const CONFIG = {
  ...MICRO_STACKGAN_PP,
  textEncoder: null,
  text: null,
  colorWeight: 1,
  generator: { zDim: 4, baseWidth: 2, residualBlocks: 1, branches: 1 },
  discriminator: { baseWidth: 2, normalization: 'spectral' },
  batchSize: 2,
  steps: 6,
  checkpointEverySteps: 2,
  sampleEverySteps: 100,
};

/** A small disk of its own, where the system lets one be made; undefined elsewhere. */
async function smallDisk(): Promise<string | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'wordbrush-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path]);
    return path;
  } catch {
    await rm(path, { recursive: true, force: true });
    return undefined;
  }
}

const disk = await smallDisk();
const title = disk === undefined ? ' (not run: no small disk can be mounted here)' : '';

describe.skipIf(disk === undefined)(`a full disk${title}`, () => {
  const path = disk ?? '';
  beforeAll(() => loadTensorFlow());
  afterAll(async () => {
    await run('umount', [path]);
    await rm(path, { recursive: true, force: true });
  });

  it('ends the run by name with the last checkpoint whole; with room again it goes on', async () => {
    const out = join(path, 'run');
    const filler = join(path, 'filler');
    const settings = { config: CONFIG, data: EMOJI_SAMPLE };
    // At once, between two writes of the run: what is free then is still free when it is filled.
    const fill = (): void => {
      const { bavail, bsize } = statfsSync(path);
      // Room for the metrics of a few steps, not for another checkpoint.
      writeFileSync(filler, new Uint8Array((bavail - 8) * bsize));
    };
    const training = train({
      ...settings,
      out,
      onEvent: (event) => {
        if (event.type === 'step' && event.step === 3) fill();
      },
    });
    await expect(training).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining('ENOSPC'),
    });
    expect(await readdir(join(out, 'checkpoints'))).toEqual(['2']);
    expect(await readdir(out)).not.toContain('run.lock');

    await rm(filler);
    expect(await train({ ...settings, out, resume: true })).toEqual({ finished: true, checkpointStep: 6 });
    const lines = (await readFile(join(out, 'metrics.jsonl'), 'utf8')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});
