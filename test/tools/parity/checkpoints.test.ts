import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../../../src/training/weights/safetensors.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import { caseLines } from '../../../tools/parity/report.js';
import { runParity } from '../../../tools/parity/run-parity.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { counting, oracleFolder } from './oracle-folder.js';

const FIXTURES = 'test/fixtures/pytorch';
const ORACLES = 'test/fixtures/oracles';

describe('checkpoints of an index', () => {
  it('are read and compared to the bit, and fail where a number is off', async () => {
    const folder = await oracleFolder([{ name: 'inputs', tensors: { 'in.x': counting([2]) } }]);
    for (const file of ['odd.zip.pth', 'odd.nested.zip.pth', 'odd.expected.safetensors']) {
      await copyFile(join(FIXTURES, file), join(folder, file));
    }
    const spoilt = await readFile(join(folder, 'odd.expected.safetensors'));
    const last = spoilt.length - 1;
    spoilt[last] = (spoilt[last] ?? 0) ^ 1;
    await writeFile(join(folder, 'spoilt.safetensors'), spoilt);
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    const expected = 'odd.expected.safetensors';
    index.checkpoints = {
      files: [
        { file: 'odd.zip.pth', expected },
        { file: 'odd.nested.zip.pth', expected, key_prefix_in_file: 'netG -> (nested dict)' },
        { file: 'odd.zip.pth', expected: 'spoilt.safetensors' },
        { file: 'gone.pth', expected },
        { file: 'odd.zip.pth', expected, key_prefix_in_file: 'module.' },
      ],
    };
    await writeFile(join(folder, 'index.json'), JSON.stringify(index));
    const [, ...results] = await runParity({ folder });
    expect(results.map(({ status }) => status)).toEqual(['passed', 'passed', 'failed', 'failed', 'failed']);
    expect(results.flatMap(caseLines).join('\n')).toMatch(/gone\.pth .*FAIL\n.*gone\.pth/);
    expect(await runParity({ folder, caseName: 'odd.nested.zip.pth' })).toHaveLength(1);
  });
});

describe('a case whose weights are a checkpoint', () => {
  it.each([
    ['v1-stage1-g', 'mine', {}],
    ['v1-stage1-g', 'v1-stage1-g-full', {}],
    ['attngan-text-encoder', 'full', {}],
    ['attngan-g-2stage', 'of another name', {}],
    ['v2-g-uncond', 'other', {}],
  ])('%s runs under the name %s with the sizes found in it', async (known, name) => {
    const folder = temporaryFolder();
    const path = join(ORACLES, `${known}.safetensors`);
    const all = [...readSafetensors(await readFile(path), path).tensors];
    const state = all.filter(([key]) => key.startsWith('state.'));
    await writeFile(
      join(folder, 'weights.pth'),
      writeStateDict(new Map(state.map(([key, tensor]) => [key.replace('state.', 'module.'), tensor]))),
    );
    await copyFile(path, join(folder, 'case.safetensors'));
    const index = JSON.parse(await readFile(join(ORACLES, 'index.json'), 'utf8'));
    const entry = index.cases.find((each: { case: string }) => each.case === known);
    const renamed = { ...entry, case: name, file: 'case.safetensors', uses: ['weights.pth'], config: {} };
    await writeFile(join(folder, 'index.json'), JSON.stringify({ format: 'safetensors', cases: [renamed] }));
    for (const result of await runParity({ folder, backend: 'native' })) {
      expect(result.status, caseLines(result).join('\n')).toBe('passed');
      expect(result.notCompared).toEqual([]);
    }
  });

  it('takes the weights of the checkpoint, not those stored with the case', async () => {
    const tensors = { 'state.w': counting([2]), 'out.w': counting([2], 5) };
    const folder = await oracleFolder([{ name: 'own', tensors }]);
    await writeFile(join(folder, 'w.pth'), writeStateDict(new Map([['w', counting([2], 5)]])));
    const index = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8'));
    index.cases[0].uses = ['w.pth'];
    await writeFile(join(folder, 'index.json'), JSON.stringify(index));
    const [result] = await runParity({
      folder,
      backend: 'cpu',
      cases: [{ names: ['own'], run: (context) => context.expectOutput('out.w', context.tensor('state.w')) }],
    });
    expect(result?.status).toBe('passed');
  });
});
