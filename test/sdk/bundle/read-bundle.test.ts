import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Bundle, describeFile, openBundle, type VerifiedFiles } from '../../../src/sdk/bundle/index.js';
import type { ProgressEvent } from '../../../src/sdk/generation/progress.js';
import { openFolder } from '../../../src/sdk/runtime/node/folder-bundle.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { changeManifest, copyTinyBundle, TINY_BUNDLE } from '../tiny-bundle.js';

async function read(folder: string, signal?: AbortSignal): Promise<Bundle & VerifiedFiles> {
  const bundle = await openBundle(await openFolder(folder));
  return { ...bundle, ...(await bundle.read(['text', 'drawing'], () => undefined, signal)) };
}

function flipByte(path: string, index: number): void {
  const bytes = readFileSync(path);
  bytes[index] = (bytes[index] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

describe('openBundle', () => {
  it('gives manifest and verified bytes', async () => {
    const bundle = await read(TINY_BUNDLE);
    expect(bundle.manifest.name).toBe('tiny');
    const bytes = bundle.bytesOf('stage-16.onnx');
    expect(Buffer.compare(Buffer.from(bytes), readFileSync(join(TINY_BUNDLE, 'stage-16.onnx')))).toBe(0);
  });

  it('counts the bytes that it verifies', async () => {
    const events: ProgressEvent[] = [];
    const bundle = await openBundle(await openFolder(TINY_BUNDLE));
    await bundle.read(['text', 'drawing'], (event) => events.push(event), undefined);
    const completed = events.map((event) => event.completed);
    expect(completed).toEqual([...completed].sort((a, b) => a - b));
    expect(events.at(-1)).toMatchObject({ phase: 'verify', completed: events[0]?.total });
    expect(events).toHaveLength(4);
  });

  it('refuses a folder that is not there, a file, and a folder without manifest', async () => {
    const folder = temporaryFolder();
    await expect(read(join(folder, 'none'))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('nothing is there'),
    });
    await expect(read(join(TINY_BUNDLE, 'manifest.json'))).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('it is a file'),
    });
    await expect(read(folder)).rejects.toMatchObject({
      code: 'MODEL_NOT_FOUND',
      message: expect.stringContaining('it has no manifest.json'),
    });
  });

  it('does not read a manifest of megabytes', async () => {
    const folder = copyTinyBundle();
    appendFileSync(join(folder, 'manifest.json'), ' '.repeat(2 ** 20));
    await expect(read(folder)).rejects.toMatchObject({ code: 'MANIFEST_INVALID' });
  });

  it.each(['stage-16.onnx', 'text-encoder.onnx', 'vocabulary.json'])('misses %s', async (file) => {
    const folder = copyTinyBundle();
    rmSync(join(folder, file));
    await expect(read(folder)).rejects.toMatchObject({ code: 'FILE_MISSING', details: { file } });
    mkdirSync(join(folder, file));
    await expect(read(folder)).rejects.toMatchObject({ code: 'FILE_MISSING', details: { file } });
  });

  it('sees a truncated file', async () => {
    const folder = copyTinyBundle();
    truncateSync(join(folder, 'stage-16.onnx'), 20_000);
    await expect(read(folder)).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
      message: expect.stringMatching(/stage-16\.onnx .* to have 25288 bytes, received 20000 bytes/u),
      details: { file: 'stage-16.onnx', expected: '25288 bytes', received: '20000 bytes' },
    });
  });

  it.each([
    ['stage-16.onnx', 12_345],
    ['stage-32.onnx', 0],
    ['text-encoder.onnx', 900],
    ['vocabulary.json', 30],
  ])('sees one changed bit in %s', async (file, index) => {
    const folder = copyTinyBundle();
    flipByte(join(folder, file), index);
    await expect(read(folder)).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
      message: expect.stringMatching(/sha256 [0-9a-f]{64}, received [0-9a-f]{64}/u),
      details: { file },
    });
  });

  it('does not follow a link out of the folder', async () => {
    const folder = copyTinyBundle();
    const outside = join(folder, '..', 'outside.onnx');
    renameSync(join(folder, 'stage-16.onnx'), outside);
    symlinkSync(outside, join(folder, 'stage-16.onnx'));
    await expect(read(folder)).rejects.toMatchObject({
      code: 'FILE_MISSING',
      details: { file: 'stage-16.onnx' },
    });
  });

  it('follows a link inside it, and one to it', async () => {
    const folder = copyTinyBundle();
    renameSync(join(folder, 'stage-16.onnx'), join(folder, 'weights.onnx'));
    symlinkSync('weights.onnx', join(folder, 'stage-16.onnx'));
    const link = join(folder, '..', 'link');
    symlinkSync(folder, link);
    await expect(read(link)).resolves.toMatchObject({ manifest: { name: 'tiny' } });
  });

  it('reads no more than what is asked for', async () => {
    const folder = copyTinyBundle();
    rmSync(join(folder, 'stage-16.onnx'));
    const bundle = await openBundle(await openFolder(folder));
    const files = await bundle.read(['text'], () => undefined, undefined);
    expect(files.bytesOf('vocabulary.json').length).toBeGreaterThan(0);
    expect(() => files.bytesOf('stage-32.onnx')).toThrow(expect.objectContaining({ code: 'FILE_MISSING' }));
  });

  it('does not read a file whose size in the manifest is wrong', async () => {
    const folder = copyTinyBundle();
    changeManifest(folder, (manifest) => {
      manifest.files['stage-16.onnx'] = { bytes: 2 ** 31 - 1, sha256: '0'.repeat(64) };
    });
    await expect(read(folder)).rejects.toMatchObject({ code: 'INTEGRITY_MISMATCH' });
  });

  it('stops when aborted', async () => {
    const reason = new Error('enough');
    await expect(read(TINY_BUNDLE, AbortSignal.abort(reason))).rejects.toMatchObject({
      code: 'ABORTED',
      cause: reason,
    });
  });
});

describe('describeFile', () => {
  it('gives size and sha256', async () => {
    expect(await describeFile(new TextEncoder().encode('abc'))).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('takes a part of a buffer, and shared memory', async () => {
    const whole = new TextEncoder().encode('xabcx');
    const shared = new Uint8Array(new SharedArrayBuffer(3));
    shared.set(whole.subarray(1, 4));
    expect(await describeFile(whole.subarray(1, 4))).toEqual(await describeFile(shared));
  });
});
