import { createHash } from 'node:crypto';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fetchPackage, type PinnedPackage } from '../../../../src/training/data/emoji/fetch-package.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { makeTar } from './make-tar.js';

const tarball = gzipSync(makeTar([{ path: 'package/en/data.json', content: '[]' }]));
const pinned: PinnedPackage = {
  name: 'emoji',
  version: '1.0.0',
  integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
};

/** A stand-in for npm that runs this JavaScript. */
async function npmThat(code: string): Promise<string> {
  const path = join(temporaryFolder(), 'npm.cjs');
  await writeFile(path, `#!${process.execPath}\n${code}`);
  await chmod(path, 0o755);
  return path;
}

const packing = `
  if (process.argv.slice(2).join(' ') !== 'pack emoji@1.0.0 --ignore-scripts --silent') process.exit(2);
  require('node:fs').writeFileSync('emoji-1.0.0.tgz', Buffer.from('${tarball.toString('base64')}', 'base64'));`;

const leftovers = async () =>
  (await readdir(tmpdir())).filter((name) => name.startsWith('wordbrush-package-'));

describe.skipIf(process.platform === 'win32')('fetchPackage (with a script in place of npm)', () => {
  it('gives the files of the package', async () => {
    const files = await fetchPackage(pinned, { npm: await npmThat(packing) });
    expect([...files.keys()]).toEqual(['en/data.json']);
    expect(await leftovers()).toEqual([]);
  });

  it('refuses another tarball than the pinned one', async () => {
    const other = { ...pinned, integrity: 'sha512-AAAA' } as const;
    await expect(fetchPackage(other, { npm: await npmThat(packing) })).rejects.toMatchObject({
      code: 'INTEGRITY_MISMATCH',
      message: expect.stringContaining(pinned.integrity),
    });
    expect(await leftovers()).toEqual([]);
  });

  it('says what npm said, and what to do, when npm fails or is missing', async () => {
    const failing = await npmThat(`console.error('npm error code ENOTFOUND'); process.exit(1);`);
    await expect(fetchPackage(pinned, { npm: failing })).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/emoji@1\.0\.0.*ENOTFOUND/s),
      hint: expect.stringContaining('npm pack emoji@1.0.0'),
    });
    await expect(fetchPackage(pinned, { npm: '/nowhere/npm' })).rejects.toMatchObject({ code: 'NETWORK' });
    await expect(fetchPackage(pinned, { npm: await npmThat('') })).rejects.toMatchObject({ code: 'NETWORK' });
    expect(await leftovers()).toEqual([]);
  });

  it('stops npm when aborted', async () => {
    const npm = await npmThat('setTimeout(() => {}, 60_000);');
    const fetching = fetchPackage(pinned, { npm, signal: AbortSignal.timeout(200) });
    await expect(fetching).rejects.toMatchObject({ code: 'ABORTED' });
    expect(await leftovers()).toEqual([]);
  });
});
