import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { modelCard } from '../../../src/training/export/model-card.js';
import { scorerCard } from '../../../src/training/export/scorer-card.js';
import {
  type ExportedPhase,
  readTrainingRecord,
  type TrainingRecord,
} from '../../../src/training/export/training-record.js';
import type { DrawingConfig } from '../../../src/training/run/config/run-config.js';
import { ATTNGAN_PRESETS } from '../../../src/training/run/presets/attngan.js';
import { DAMSM_PRESETS } from '../../../src/training/run/presets/encoders.js';
import { findPreset } from '../../../src/training/run/presets/find-preset.js';
import { STACKGAN_PRESETS } from '../../../src/training/run/presets/stackgan.js';
import { STACKGAN_PP_PRESETS } from '../../../src/training/run/presets/stackgan-pp.js';
import { RunFolder } from '../../../src/training/run/run-folder.js';
import { writeProvenance } from '../../../src/training/run/run-origins.js';
import { readChangedSettings, recordChangedSettings } from '../../../src/training/run/settings-log.js';
import { temporaryFolder } from '../../temporary-folder.js';

const TINY = findPreset(ATTNGAN_PRESETS, { preset: 'tiny' });
const DATASET = {
  name: 'Fluent Emoji 3D',
  licence: 'MIT',
  source: 'Pictures from one package, labels from another.',
  trainPictures: 1000,
  testPictures: 100,
  examples: ['grinning face', 'red heart'],
};
const RETRIEVAL = { train: 0.99, test: 0.25 };
const GENERATOR = { name: 'generator', steps: 8000, batchSize: 16, trainedSeconds: 5400, from: undefined };
const RECORD: TrainingRecord = {
  config: { ...TINY, seed: 3 },
  phases: [
    { name: 'text encoder', steps: 712, batchSize: 48, trainedSeconds: undefined, from: 'damsm-emoji' },
    GENERATOR,
  ],
  warmStart: [],
  changed: [],
};

function cardOf(record: Partial<TrainingRecord> = {}, dataset: Partial<typeof DATASET> = {}): string {
  const content = { name: 'm', sizes: [64, 128], retrieval: RETRIEVAL, dataset: { ...DATASET, ...dataset } };
  return modelCard({ ...content, record: { ...RECORD, ...record } });
}

describe('the card of a model', () => {
  it('has data, licence, origin, preset, steps, hours, limits and a place for measurements', () => {
    const card = cardOf();
    for (const text of [
      '# m\n\nAttnGAN: draws pictures of 64×64, then 128×128 pixels from a few words. Preset `tiny`',
      '- Data: Fluent Emoji 3D, 1000 pictures; 100 more were held out.',
      '- Licence of the data: MIT.',
      '- Origin of pictures and captions: Pictures from one package, labels from another.',
      '- Captions in training: a picture’s first caption as label',
      '| text encoder | 712 | 48 | 34 | not recorded | taken from the run damsm-emoji |',
      '| generator | 8000 | 16 | 128 | 1.5 |  |',
      '- Preset: `tiny`, as it is. Seed 3.',
      'finds its own picture among all; of the 100 held-out ones, 25.0 % among each other',
      '## What it cannot do',
      '"grinning face", "red heart"',
      '## Measured\n\nNot yet:',
    ]) {
      expect(card).toContain(text);
    }
    expect(card).not.toMatch(/Warm start|Changed in|Reconstruction|redraws/);
  });

  it('says where the data set does not name an origin', () => {
    const { source: _, ...dataset } = DATASET;
    const content = { name: 'm', sizes: [64], retrieval: RETRIEVAL, record: RECORD };
    expect(modelCard({ ...content, dataset })).toContain('the data set does not say');
  });

  it('says plainly that a model held to its training pictures redraws them', () => {
    const config = { ...TINY, reconstructionWeight: 10 };
    const card = cardOf({ config });
    expect(card).toContain(
      '- Reconstruction: weight 10 in all stages. The generator is held to the training pictures',
    );
    expect(card).toContain('It redraws its training pictures for their captions');
    expect(card).toContain('`reconstructionWeight` 10 instead of 0');
    // Also where it was so for a time only.
    const change = { field: 'reconstructionWeight', from: 10, to: 0 };
    const changed = [{ phase: 'generator', settings: [{ step: 4000, changes: [change] }] }];
    const weaned = cardOf({ changed });
    expect(weaned).toContain(
      '- Changed in generator behind step 4000: `reconstructionWeight` 0 instead of 10.',
    );
    expect(weaned).toContain('It redraws its training pictures');
    const stackgan = findPreset(STACKGAN_PRESETS, { preset: 'tiny' });
    const ofStage1 = { ...stackgan, stage1: { ...stackgan.stage1, reconstructionWeight: 2 } };
    expect(cardOf({ config: ofStage1 })).toContain('- Reconstruction: weight 2 in stage 1.');
  });

  it('names what is set otherwise than in the preset, and of another kind of encoder just that', () => {
    const config: DrawingConfig = { ...TINY, batchSize: 7, steps: 1 };
    expect(cardOf({ config })).toContain(`but \`batchSize\` 7 instead of ${TINY.batchSize}. Seed`);
    const { textEncoder, ...stackgan } = findPreset(STACKGAN_PRESETS, { preset: 'tiny' });
    expect(cardOf({ config: { ...stackgan, textEncoder, stage2: null } })).toContain(
      'but `stage2` null instead of settings of its own. Seed',
    );
    const other = cardOf({ config: { ...TINY, similarity: null, textEncoder } });
    expect(other).toMatch(/`textEncoder\.kind` "contrastive" instead of "damsm"/);
    expect(other).not.toContain('textEncoder.trunk');
  });

  it('tells of all weights that it began with, and where no one wrote them down', () => {
    const warmStart = [
      { run: 'second', architecture: 'attngan', step: 500, trainedSeconds: 7200 },
      { run: 'first', architecture: 'stackgan-pp' },
    ];
    expect(cardOf({ warmStart })).toContain(
      'began with other weights, those of the run second (attngan) after 500 steps and 2.0 hours, which began with those of the run first (stackgan-pp).',
    );
    const [second] = warmStart;
    const held = cardOf({ warmStart: second === undefined ? [] : [{ ...second, reconstruction: true }] });
    expect(held).toContain('the run second (attngan, with reconstruction) after 500 steps');
    expect(held).toContain('It redraws its training pictures');
    expect(cardOf({ warmStart: undefined })).toContain(
      '- Warm start: the generator began with weights of another run.',
    );
  });

  it('of one without text speaks of none', () => {
    const config = { ...findPreset(STACKGAN_PP_PRESETS, { preset: 'tiny' }), textEncoder: null, text: null };
    const record = { ...RECORD, config, phases: [GENERATOR] };
    const card = modelCard({ name: 'm', sizes: [64], record, dataset: DATASET, retrieval: undefined });
    expect(card).toContain('from noise alone');
    expect(card).toContain('It reads no text');
    expect(card).not.toMatch(/Text encoder|Captions in training|own picture/);
  });
});

describe('the card of a scorer', () => {
  it('has data, licence, steps, hours and limits', () => {
    const config = findPreset(DAMSM_PRESETS, { preset: 'tiny' });
    if (config.architecture !== 'damsm') throw new TypeError('Expected a preset of DAMSM.');
    const phase = { name: 'text encoder', steps: 712, batchSize: 48, trainedSeconds: 3600, from: undefined };
    const card = scorerCard({ name: 's', config, phase, dataset: DATASET, retrieval: RETRIEVAL });
    expect(card).toContain('- Licence of the data: MIT.');
    expect(card).toContain('- 712 steps of 48 pictures (34 epochs), 1.0 hours, seed');
    expect(card).toContain('## What it cannot do');
  });
});

/** A run whose generator has a checkpoint, as far as a record of it goes. */
function runFolder(
  name: string,
  { step, seconds, settings = {} }: { step: number; seconds: number; settings?: object },
): RunFolder {
  const folder = new RunFolder(join(temporaryFolder(), name));
  const checkpoint = join(folder.main.checkpoints, String(step));
  mkdirSync(checkpoint, { recursive: true });
  writeFileSync(join(checkpoint, 'state.json'), JSON.stringify({ step, trainedSeconds: seconds }));
  writeFileSync(join(checkpoint, 'weights.safetensors'), '');
  writeFileSync(folder.configFile, JSON.stringify({ ...TINY, ...settings }));
  return folder;
}

describe('the record of a run', () => {
  it('has what the run began with, back to the first', async () => {
    const first = runFolder('first', { step: 8432, seconds: 11_000, settings: { reconstructionWeight: 10 } });
    const second = runFolder('second', { step: 500, seconds: 600 });
    const third = runFolder('third', { step: 1, seconds: 1 });
    await writeProvenance(second, { warmStartFrom: first.path, textEncoderFrom: first.path });
    await writeProvenance(third, { warmStartFrom: second.path, textEncoderFrom: second.path });
    const { warmStart, phases } = await readTrainingRecord(TINY, third, []);
    expect(warmStart).toEqual([
      { run: 'second', architecture: 'attngan', step: 500, trainedSeconds: 600 },
      { run: 'first', architecture: 'attngan', step: 8432, trainedSeconds: 11_000, reconstruction: true },
    ]);
    expect(phases).toMatchObject([{ name: 'text encoder', from: 'first' }]);
  });

  it('knows of a warm start that no one wrote down, and of none', async () => {
    const folder = runFolder('run', { step: 1, seconds: 1 });
    expect((await readTrainingRecord(TINY, folder, [])).warmStart).toEqual([]);
    writeFileSync(folder.warmStartFile, '');
    expect((await readTrainingRecord(TINY, folder, [])).warmStart).toBeUndefined();
    writeFileSync(folder.originsFile, '{"warmStart": 5}');
    await expect(readTrainingRecord(TINY, folder, [])).rejects.toMatchObject({ code: 'CHECKPOINT_INVALID' });
  });

  it('is of the checkpoint exported: its settings, and changes before it alone', async () => {
    const folder = runFolder('run', { step: 500, seconds: 9 });
    const change = (to: number) => ({ field: 'batchSize', from: 16, to });
    await recordChangedSettings(folder.main.settings, 100, [change(1)]);
    await recordChangedSettings(folder.main.settings, 500, [change(2)]);
    const state = { step: 500, trainedSeconds: 9, config: { ...TINY, klWeight: 0.5 } };
    const phase: ExportedPhase = { name: 'generator', folder: folder.main, state, batchSize: 16 };
    const record = await readTrainingRecord(TINY, folder, [phase]);
    expect(record.config).toMatchObject({ klWeight: 0.5 });
    expect(record.changed).toEqual([{ phase: 'generator', settings: [{ step: 100, changes: [change(1)] }] }]);
  });
});

describe('changed settings', () => {
  const change = (to: number) => ({ field: 'klWeight', from: 1, to });

  it('replace those of steps that are taken again, and outlast a line that was cut off', async () => {
    const path = join(temporaryFolder(), 'settings.jsonl');
    await recordChangedSettings(path, 10, [change(2)]);
    await recordChangedSettings(path, 20, [change(3)]);
    // Resumed from step 20 once more, with another value; then from 10, as it was.
    await recordChangedSettings(path, 20, [change(4)]);
    expect(await readChangedSettings(path)).toEqual([
      { step: 10, changes: [change(2)] },
      { step: 20, changes: [change(4)] },
    ]);
    writeFileSync(path, '{"step":10,"changes":[]}\n{"step":2', { flag: 'w' });
    expect(await readChangedSettings(path)).toEqual([{ step: 10, changes: [] }]);
    await recordChangedSettings(path, 10, []);
    expect(await readChangedSettings(path)).toEqual([]);
  });

  it('are no file where nothing was changed', async () => {
    const path = join(temporaryFolder(), 'settings.jsonl');
    await recordChangedSettings(path, 0, []);
    expect(await readChangedSettings(path)).toEqual([]);
  });
});
