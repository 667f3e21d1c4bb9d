import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../temporary-folder.js';
import { serveFolder } from '../bundle/sources/file-server.js';
import { TINY_BUNDLE } from '../tiny-bundle.js';
import { useProject } from './project.js';

const project = useProject(['zod', 'onnxruntime-node']);

const SCRIPT = `
  import { generate } from 'wordbrush';
  const { images } = await generate('a red heart', { seed: 7, model: process.env.MODEL, output: 'rgba' });
  console.log(Buffer.from(images[0]).toString('base64').slice(0, 200));`;

const draw = (model: string, cache: string) =>
  project().run(SCRIPT, { env: { MODEL: model, WORDBRUSH_CACHE: cache } });

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
}

/** A file system in memory of 20 kB, or why there is none. */
function mountSmall(): string | undefined {
  const folder = temporaryFolder();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=20k', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    return undefined;
  }
}

describe('the cache of downloaded models', () => {
  it('is filled by two processes at once, both of which draw', async () => {
    const cache = join(temporaryFolder(), 'cache');
    const { url } = await serveFolder(TINY_BUNDLE);
    const both = await Promise.all([draw(url, cache), draw(url, cache)]);
    const { output } = await draw(TINY_BUNDLE, cache);
    for (const each of both) expect(each).toMatchObject({ code: 0, output, errors: '' });
    // The manifest and four files, and nothing half-written.
    expect(filesUnder(cache)).toHaveLength(5);
    expect(filesUnder(cache).every((name) => /^[0-9a-f]{64}$/u.test(name))).toBe(true);
  });

  it('may be killed while it is filled: what is there is whole, and the next process draws', async () => {
    const cache = join(temporaryFolder(), 'cache');
    const server = await serveFolder(TINY_BUNDLE);
    server.faults.set('stage-32.onnx', (response, content, times) => {
      if (times > 1) return false;
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 1000));
      return true;
    });
    // In the middle of a file, of which the server sends no more.
    const script = `
      import { generate } from 'wordbrush';
      await generate('a red heart', {
        model: process.env.MODEL,
        onProgress: ({ phase, file }) => {
          if (phase === 'download' && file === 'stage-32.onnx') process.kill(process.pid, 'SIGKILL');
        },
      });`;
    const killed = await project().run(script, { env: { MODEL: server.url, WORDBRUSH_CACHE: cache } });
    expect(killed.code).toBeNull();
    expect(server.requests).toContain('stage-32.onnx');
    expect(await draw(server.url, cache)).toMatchObject({ code: 0, errors: '' });
  });

  it('may be on a full disk: the picture comes, with one warning', async (context) => {
    const folder = mountSmall();
    if (folder === undefined) return context.skip('only root may mount a file system');
    try {
      const { url } = await serveFolder(TINY_BUNDLE);
      const { code, output, errors } = await draw(url, folder);
      expect(code).toBe(0);
      expect(output).toBe((await draw(TINY_BUNDLE, folder)).output);
      expect(errors).toMatch(/WordbrushWarning: Models are downloaded every time.*ENOSPC/u);
      expect(filesUnder(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    } finally {
      execFileSync('umount', [folder]);
    }
  });

  it('may be read-only: the picture comes, with one warning', async (context) => {
    const folder = mountSmall();
    if (folder === undefined) return context.skip('only root may mount a file system');
    try {
      mkdirSync(join(folder, 'cache'));
      execFileSync('mount', ['-o', 'remount,ro', folder]);
      const { url } = await serveFolder(TINY_BUNDLE);
      const { code, errors } = await draw(url, join(folder, 'cache'));
      expect(code).toBe(0);
      expect(errors).toMatch(/WordbrushWarning: Models are downloaded every time.*EROFS/u);
    } finally {
      execFileSync('umount', [folder]);
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
