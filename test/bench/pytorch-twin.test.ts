// The PyTorch twin against stored official numbers, and our models against what the twin computes in other sizes.
import { execFile, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { runParity } from '../../tools/parity/run-parity.js';
import { temporaryFolder } from '../temporary-folder.js';

const PYTHON = process.env.WORDBRUSH_PYTHON ?? 'python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const withoutTorch = hasTorch ? '' : ' (skipped: no Python with torch; WORDBRUSH_PYTHON names one)';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const run = promisify(execFile);
const SHARED = here('../../../shared/fixtures/oracles');
const isShared = existsSync(SHARED);
/** On a machine that does much else. */
const LONG = { timeout: 900_000 };

describe.skipIf(!hasTorch)(`PyTorch twin${withoutTorch}`, () => {
  it(
    `computes ${isShared ? 'all' : 'the committed (../shared is not there)'} official numbers`,
    LONG,
    async () => {
      const { stdout } = await checkOracles(isShared ? SHARED : here('../fixtures/oracles'));
      expect(stdout).not.toMatch(/FAIL|unknown|not computed/);
      expect(stdout).toMatch(/v1-stage1-step .* pass\n/);
    },
  );

  it('fails where a stored number is off', LONG, async () => {
    const folder = temporaryFolder();
    await run(PYTHON, [
      here('../../bench/pytorch/write_oracles.py'),
      folder,
      '--seed',
      '3',
      '--only',
      'adam',
    ]);
    await run(PYTHON, ['-c', SPOIL, folder], { cwd: here('../../bench/pytorch') });
    await expect(checkOracles(folder)).rejects.toMatchObject({
      stdout: expect.stringMatching(/adam .*FAIL\n {4}out\.p /),
    });
  });

  it('writes cases of other sizes that our models pass', LONG, async () => {
    const folder = temporaryFolder();
    const only =
      'v1-stage1-step|v2-d64-uncond|attngan-step|attngan-text-encoder|attngan-damsm-step|adam|kl-loss';
    await run(PYTHON, [here('../../bench/pytorch/write_oracles.py'), folder, '--seed', '11', '--only', only]);
    const results = await runParity({ folder });
    const told = results.map(({ case: name, backend, status, notCompared }) => [
      name,
      backend,
      status,
      notCompared,
    ]);
    expect(told).toHaveLength(13);
    expect(told.filter(([, , status]) => status !== 'passed')).toEqual([]);
    expect(told.flatMap(([, , , notCompared]) => notCompared)).toEqual([]);
  });
});

/** Moves one element of the stored `out.p` by a thousandth. */
const SPOIL = `
import sys
from pathlib import Path
from wordbrush_torch.safetensors import read_safetensors, write_safetensors
path = Path(sys.argv[1]) / "adam.safetensors"
tensors = read_safetensors(path)
tensors["out.p"][0, 0] *= 1.1
write_safetensors(path, tensors)
`;

function checkOracles(folder: string) {
  return run(PYTHON, [here('../../bench/pytorch/check_oracles.py'), folder]);
}
