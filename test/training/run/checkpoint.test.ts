import { cpSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import {
  type DamagedCheckpoint,
  loadAveragedWeights,
  loadBestCheckpoint,
  loadLatestCheckpoint,
  readCheckpointState,
  saveBestCheckpoint,
  saveCheckpoint,
} from '../../../src/training/run/checkpoint.js';
import { checkpointSteps } from '../../../src/training/run/checkpoint-places.js';
import type { NamedVariables } from '../../../src/training/weights/named-variables.js';
import { temporaryFolder } from '../../temporary-folder.js';

let variables: NamedVariables;
beforeAll(async () => {
  await loadTensorFlow({ backend: 'cpu' });
  variables = new Map([
    ['weight', tf.variable(tf.zeros([4]))],
    ['average/weight', tf.variable(tf.zeros([4]))],
  ]);
});
afterAll(() => tf.dispose([...variables.values()]));

const firstOf = (name: string) => variables.get(name)?.dataSync()[0];
const set = (value: number) => {
  for (const [name, variable] of variables) {
    tf.tidy(() => variable.assign(tf.fill([4], name.startsWith('average/') ? -value : value)));
  }
};

async function save(folder: string, step: number, keep = 3): Promise<string> {
  set(step);
  return saveCheckpoint(folder, { step, trainedSeconds: step }, variables, keep);
}

/** Loads the newest checkpoint that can be read, with what was laid aside. */
async function load(folder: string) {
  set(0);
  const damaged: DamagedCheckpoint[] = [];
  const state = await loadLatestCheckpoint(folder, variables, (one) => damaged.push(one));
  return { step: state?.step, weight: firstOf('weight'), damaged };
}

describe('checkpoints', () => {
  it('are kept as many as asked for, with the best beside them', async () => {
    const folder = temporaryFolder();
    for (const step of [1, 2, 3, 4]) {
      await save(folder, step, 2);
      if (step === 2) await saveBestCheckpoint(folder, { step, trainedSeconds: 0 }, variables);
    }
    expect(readdirSync(folder).sort()).toEqual(['3', '4', 'best']);
    expect(await load(folder)).toEqual({ step: 4, weight: 4, damaged: [] });
    expect((await loadBestCheckpoint(folder, variables)).step).toBe(2);
    expect(firstOf('weight')).toBe(2);
  });

  it('are chosen by step, as the best or the last, with averaged weights', async () => {
    const folder = temporaryFolder();
    for (const step of [3, 7]) await save(folder, step);
    set(5);
    await saveBestCheckpoint(folder, { step: 5, trainedSeconds: 0 }, variables);
    const weight = tf.variable(tf.zeros([4]));
    const ofChoice = async (choice: 'last' | 'best' | number) => {
      await loadAveragedWeights(folder, new Map([['weight', weight]]), choice);
      return [weight.dataSync()[0], (await readCheckpointState(folder, choice))?.step];
    };
    expect(await ofChoice('last')).toEqual([-7, 7]);
    expect(await ofChoice('best')).toEqual([-5, 5]);
    expect(await ofChoice(3)).toEqual([-3, 3]);
    await expect(ofChoice(4)).rejects.toMatchObject({
      code: 'CHECKPOINT_INVALID',
      message: expect.stringMatching(/the checkpoint 4 in .*, found 3, 7, best/),
    });
    weight.dispose();
  });

  describe.each([
    ['cut short', (file: string) => writeFileSync(file, readFileSync(file).subarray(0, -3))],
    ['empty', (file: string) => writeFileSync(file, '')],
    ['missing', (file: string) => rmSync(file)],
    [
      'changed by one bit',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        writeFileSync(file, bytes);
      },
    ],
  ])('whose weights are %s', (_, damage) => {
    it('are laid aside, and the one before is taken', async () => {
      const folder = temporaryFolder();
      for (const step of [1, 2, 3]) await save(folder, step);
      for (const step of [2, 3]) damage(join(folder, String(step), 'weights.safetensors'));
      const { step, weight, damaged } = await load(folder);
      expect({ step, weight }).toEqual({ step: 1, weight: 1 });
      expect(damaged.map((one) => one.step)).toEqual([3, 2]);
      expect(damaged[0]?.reason).not.toBe('');
      expect(await checkpointSteps(folder)).toEqual([1]);
      expect(readdirSync(folder)).toContain('.3.damaged');
      // The same step is written again.
      await save(folder, 3);
      expect(await load(folder)).toEqual({ step: 3, weight: 3, damaged: [] });
    });

    it('are named when there is no other', async () => {
      const folder = temporaryFolder();
      const path = await save(folder, 1);
      damage(join(path, 'weights.safetensors'));
      await expect(load(folder)).rejects.toMatchObject({
        code: 'CHECKPOINT_INVALID',
        message: expect.stringContaining(path),
      });
      expect(readdirSync(folder)).toEqual(['1']);
    });
  });

  it('without a readable state are damaged too', async () => {
    const folder = temporaryFolder();
    for (const step of [1, 2]) await save(folder, step);
    writeFileSync(join(folder, '2', 'state.json'), '{"step":2,');
    expect(await load(folder)).toMatchObject({ step: 1, damaged: [{ step: 2 }] });
  });

  it('of another model are not taken for damaged', async () => {
    const folder = temporaryFolder();
    for (const step of [1, 2]) await save(folder, step);
    const other = new Map([['weight', tf.variable(tf.zeros([5]))]]);
    await expect(loadLatestCheckpoint(folder, other)).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
    expect(await checkpointSteps(folder)).toEqual([1, 2]);
    tf.dispose([...other.values()]);
  });

  it('of releases that kept no checksum are read', async () => {
    const folder = temporaryFolder();
    const path = await save(folder, 6);
    writeFileSync(join(path, 'state.json'), '{"step":6,"trainedSeconds":1}');
    expect(await load(folder)).toMatchObject({ step: 6, weight: 6 });
  });

  it('count only once they are whole: a kill leaves a hidden folder that the next one replaces', async () => {
    const folder = temporaryFolder();
    const path = await save(folder, 1);
    cpSync(path, join(folder, '.2.partial'), { recursive: true });
    writeFileSync(join(folder, '.2.partial', 'weights.safetensors.x.tmp'), 'half');
    expect(await load(folder)).toMatchObject({ step: 1, damaged: [] });
    await save(folder, 2);
    expect(readdirSync(folder).sort()).toEqual(['1', '2']);
  });

  it('that stood aside for a better one when the process was killed come back', async () => {
    const folder = temporaryFolder();
    await save(folder, 1);
    const best = await saveBestCheckpoint(folder, { step: 1, trainedSeconds: 0 }, variables);
    renameSync(best, join(folder, '.best.replaced'));
    await load(folder);
    expect((await loadBestCheckpoint(folder, variables)).step).toBe(1);
    // The kill may have come later, too: after the new one was moved in.
    mkdirSync(join(folder, '.best.replaced'));
    await saveBestCheckpoint(folder, { step: 2, trainedSeconds: 0 }, variables);
    expect((await loadBestCheckpoint(folder, variables)).step).toBe(2);
  });
});
