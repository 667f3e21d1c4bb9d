import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { packageDownload } from '../../../../src/training/backend/setup/download.js';
import type { SetupEvent } from '../../../../src/training/backend/setup/setup-types.js';
import { fakePackage } from './fake-package.js';

describe('packageDownload', () => {
  it('gives up on a host that never answers', async () => {
    const { packageFolder, cacheFolder } = fakePackage('setInterval(() => {}, 1000);');
    const setup = { packageFolder, cacheFolder, env: process.env, onEvent: () => undefined };
    await expect(packageDownload(packageFolder, 'cpu', setup, { stallMs: 300 })).rejects.toMatchObject({
      code: 'SETUP_FAILED',
      message: expect.stringContaining('nothing arrived for 0.3 s'),
      details: { piece: 'network' },
    });
  });

  it('waits while something arrives, and while the binding is built', async () => {
    // A process that only starts is silent too, on a busy machine for long.
    const begunMs = performance.now();
    spawnSync(process.execPath, ['--eval', '']);
    const stallMs = Math.max(1000, 10 * (performance.now() - begunMs));
    const installer = `
      const { appendFileSync, mkdirSync } = require('node:fs');
      mkdirSync('deps');
      const timer = setInterval(() => appendFileSync('deps/library', 'x'), 100);
      setTimeout(() => { clearInterval(timer); console.error('* Building TensorFlow Node.js bindings'); }, ${1.5 * stallMs});
      setTimeout(() => {}, ${3.5 * stallMs});`;
    const { packageFolder, cacheFolder } = fakePackage(installer);
    const arrived: number[] = [];
    const onEvent = (event: SetupEvent) => {
      if (event.type === 'progress') arrived.push(event.doneBytes);
    };
    const setup = { packageFolder, cacheFolder, env: process.env, onEvent };
    await packageDownload(packageFolder, 'cpu', setup, { stallMs });
    expect(arrived.length).toBeGreaterThan(0);
    expect(arrived).toEqual([...arrived].sort((a, b) => a - b));
  });
});
