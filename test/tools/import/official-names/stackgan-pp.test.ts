import { existsSync, readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  buildStackganPlusPlusGenerator,
  generatorVariables,
} from '../../../../src/training/architectures/stackgan-pp/generator.js';
import { readSafetensors } from '../../../../src/training/weights/safetensors.js';
import { loadOfficial, toOfficial } from '../../../../tools/import/official-names/load-official.js';
import { stackganPlusPlusGeneratorNames } from '../../../../tools/import/official-names/stackgan-pp.js';
import { readStateDict } from '../../../../tools/import/pytorch/read-state-dict.js';

const shared = new URL('../../../../../shared/fixtures/oracles/checkpoints', import.meta.url).pathname;
const tiny = { zDim: 10, baseWidth: 4, residualBlocks: 1, branches: 3 };

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

describe('the generator of StackGAN++ and its official checkpoint', () => {
  it.skipIf(!existsSync(shared))('are the same weights both ways (where ../shared is there)', () => {
    const text = { sentenceDim: 16, conditionDim: 12 };
    const variables = generatorVariables(buildStackganPlusPlusGenerator({ ...tiny, text }));
    const names = stackganPlusPlusGeneratorNames({ ...tiny, conditional: true });
    const file = 'stackgan-v2-netG.tiny.module.legacy.pth';
    loadOfficial(variables, readStateDict(readFileSync(`${shared}/${file}`), { source: file }), names);

    const path = `${shared}/stackgan-v2-netG.tiny.expected.safetensors`;
    const expected = [...readSafetensors(readFileSync(path), path).tensors].filter(
      ([name]) => !name.endsWith('.num_batches_tracked'),
    );
    const ours = toOfficial(variables, names);
    expect([...ours.keys()].sort()).toEqual(expected.map(([name]) => name).sort());
    const differing = expected.filter(
      ([name, { data }]) =>
        Buffer.compare(bytesOf(ours.get(name)?.data ?? new Float32Array()), bytesOf(data)) !== 0,
    );
    expect(differing.map(([name]) => name)).toEqual([]);
  });

  it('do not fit without the conditioning augmentation’s weights', () => {
    const text = { sentenceDim: 16, conditionDim: 12 };
    const variables = generatorVariables(buildStackganPlusPlusGenerator({ ...tiny, text }));
    const names = stackganPlusPlusGeneratorNames({ ...tiny, conditional: true });
    const withoutText = new Map(
      [...toOfficial(variables, names)].filter(([name]) => !name.startsWith('ca_net')),
    );
    expect(() => loadOfficial(variables, withoutText, names)).toThrowError(
      expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringContaining('ca_net.fc') }),
    );
  });
});

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
