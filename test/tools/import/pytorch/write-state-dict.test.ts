// What we write, read by ourselves and by PyTorch.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SafetensorsTensor } from '../../../../src/training/weights/safetensors.js';
import { readStateDict } from '../../../../tools/import/pytorch/read-state-dict.js';
import { writeStateDict } from '../../../../tools/import/pytorch/write-state-dict.js';
import { temporaryFolder } from '../../../temporary-folder.js';

const PYTHON = process.env.WORDBRUSH_PYTHON ?? 'python3';
const hasTorch = spawnSync(PYTHON, ['-c', 'import torch']).status === 0;
const withoutTorch = hasTorch ? '' : ' (skipped: no Python with torch; WORDBRUSH_PYTHON names one)';

const TENSORS = new Map<string, SafetensorsTensor>([
  ['fc.0.weight', { dtype: 'F32', shape: [2, 3], data: Float32Array.of(0, 1, 2, 3, 4, -0.5) }],
  ['größe', { dtype: 'F64', shape: [], data: Float64Array.of(0.1) }],
  ['half', { dtype: 'F16', shape: [1, 2], data: Uint16Array.of(0x3c00, 0xc000) }],
  ['count', { dtype: 'I64', shape: [1], data: BigInt64Array.of(2n ** 40n) }],
  ['flags', { dtype: 'BOOL', shape: [2], data: Uint8Array.of(1, 0) }],
  ['empty', { dtype: 'F32', shape: [0, 4], data: new Float32Array() }],
]);

const LOAD = `
import json, sys, torch
state = torch.load(sys.argv[1], weights_only=True)
print(json.dumps({k: [str(v.dtype), list(v.shape), v.double().flatten().tolist()] for k, v in state.items()}))
`;

describe('writeStateDict', () => {
  it('comes back as it was', () => {
    expect([...readStateDict(writeStateDict(TENSORS))]).toEqual([...TENSORS]);
  });

  it('refuses a type that PyTorch has no storage for', () => {
    const tensors = new Map([['x', { dtype: 'U32', shape: [1], data: Uint32Array.of(1) } as const]]);
    expect(() => writeStateDict(tensors)).toThrow(expect.objectContaining({ code: 'WEIGHTS_INVALID' }));
  });

  it.skipIf(!hasTorch)(
    `PyTorch loads it, with weights_only${withoutTorch}`,
    () => {
      const file = join(temporaryFolder(), 'x.pth');
      writeFileSync(file, writeStateDict(TENSORS));
      const { stdout, stderr } = spawnSync(PYTHON, ['-c', LOAD, file], { encoding: 'utf8' });
      expect(stdout, stderr).not.toBe('');
      expect(JSON.parse(stdout)).toEqual({
        'fc.0.weight': ['torch.float32', [2, 3], [0, 1, 2, 3, 4, -0.5]],
        größe: ['torch.float64', [], [0.1]],
        half: ['torch.float16', [1, 2], [1, -2]],
        count: ['torch.int64', [1], [2 ** 40]],
        flags: ['torch.bool', [2], [1, 0]],
        empty: ['torch.float32', [0, 4], []],
      });
    },
    300_000,
  );
});
