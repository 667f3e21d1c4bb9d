import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs';
import { afterAll, describe, expect, it } from 'vitest';
import { buildBiLstm } from '../../../src/training/encoders/bi-lstm/bi-lstm.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { loadOfficial, toOfficial } from '../../../tools/import/official-names/load-official.js';
import { textEncoderNames } from '../../../tools/import/official-names/text-encoder.js';
import { readStateDict } from '../../../tools/import/pytorch/read-state-dict.js';
import { checkpointName } from '../../../tools/parity/compare-checkpoint.js';
import { type OracleIndex, readOracleIndex } from '../../../tools/parity/oracle-index.js';
import { readOracleTensors } from '../../../tools/parity/oracle-tensors.js';
import { caseLines } from '../../../tools/parity/report.js';
import { runParity } from '../../../tools/parity/run-parity.js';

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
const SELECTION = pathOf('../../fixtures/oracles');
const WHOLE = pathOf('../../../../shared/fixtures/oracles');
const RELEASED = pathOf('../../../../shared/fixtures/attngan-legacy/text_encoder200.pth');
const isThere = existsSync(WHOLE);
const namesOf = ({ cases, checkpoints }: OracleIndex) => [
  ...cases.map((entry) => entry.case),
  ...checkpoints.map(({ file }) => checkpointName(file)),
];

/** A case on each backend that the command runs it on; everything stored is compared, and within its bound. */
async function expectParity(folder: string, caseName: string): Promise<void> {
  for (const result of await runParity({ folder, caseName })) {
    expect(result.status, caseLines(result).join('\n')).toMatch(/^(passed|inputs)$/);
    if (result.status === 'passed') expect(result.notCompared).toEqual([]);
  }
}

describe('the official numbers', async () => {
  const selection = namesOf(await readOracleIndex(SELECTION));
  it.each(selection)('%s, selection', (name) => expectParity(SELECTION, name), 600_000);
});

describe.skipIf(!isThere)(
  'the official numbers, whole (skipped without ../shared/fixtures/oracles)',
  async () => {
    const whole = isThere ? namesOf(await readOracleIndex(WHOLE)) : [];
    it.each(whole)('%s', (name) => expectParity(WHOLE, name), 600_000);
  },
);

describe.skipIf(!existsSync(RELEASED))('released text encoder (skipped without ../shared/fixtures)', () => {
  afterAll(() => tf.disposeVariables());

  it('gives the stored words and sentences from the released file', () =>
    expectParity(WHOLE, 'real-text-encoder.pth'));

  it('loads from the checkpoint itself, and goes back under the official names', async () => {
    const checkpoint = readStateDict(await readFile(RELEASED), { source: RELEASED });
    const model = buildBiLstm({ vocabularySize: 75, embeddingDim: 300, sentenceDim: 256 });
    loadOfficial(variablesOf(model), checkpoint, textEncoderNames(), { source: RELEASED });
    const back = toOfficial(variablesOf(model), textEncoderNames());
    const stored = await readOracleTensors(WHOLE, ['real-text-encoder.safetensors'], 'real-text-encoder');
    expect([...back.keys()].sort()).toEqual([...stored.below('state').keys()].sort());
    for (const [name, { data }] of back) {
      if (!name.includes('bias')) expect(data).toEqual(stored.below('state').get(name)?.data);
    }
  });
});
