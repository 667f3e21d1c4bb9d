import { describe, expect, it } from 'vitest';
import { attnganOptions, attnganPresetSchema } from '../../../src/training/run/config/attngan-preset.js';
import { damsmPresetSchema } from '../../../src/training/run/config/damsm-preset.js';
import {
  stackganPlusPlusOptions,
  stackganPlusPlusPresetSchema,
} from '../../../src/training/run/config/stackgan-pp-preset.js';
import { stackganPresetSchema, stage2Options } from '../../../src/training/run/config/stackgan-preset.js';
import { parseStackganConfig } from '../../../src/training/run/config.js';
import { ATTNGAN_PRESETS } from '../../../src/training/run/presets/attngan.js';
import { DAMSM_PRESETS } from '../../../src/training/run/presets/damsm.js';
import { findPreset } from '../../../src/training/run/presets/find-preset.js';
import { STACKGAN_PRESETS } from '../../../src/training/run/presets/stackgan.js';
import { STACKGAN_PP_PRESETS } from '../../../src/training/run/presets/stackgan-pp.js';
import { stackganPresets } from '../../../src/training/run/presets/stackgan-stages.js';

const ALL = [
  { presets: stackganPresets(), schema: stackganPresetSchema },
  { presets: STACKGAN_PP_PRESETS, schema: stackganPlusPlusPresetSchema },
  { presets: ATTNGAN_PRESETS, schema: attnganPresetSchema },
  { presets: DAMSM_PRESETS, schema: damsmPresetSchema },
].flatMap(({ presets, schema }) => presets.map((preset) => ({ name: nameOf(preset), preset, schema })));

function nameOf(preset: { architecture: string; preset: string; dataset: string | null; variant?: string }) {
  return [preset.architecture, preset.preset, preset.dataset, preset.variant]
    .filter((part) => typeof part === 'string')
    .join(' ');
}

describe('presets', () => {
  it.each(ALL)('$name is what its schema says, and no more', ({ preset, schema }) => {
    expect(schema.parse(preset)).toEqual(preset);
    expect(schema.safeParse({ ...preset, surplus: 1 }).success).toBe(false);
  });

  it('survive being written to a file', () => {
    for (const { preset, schema } of ALL) {
      expect(schema.parse(JSON.parse(JSON.stringify(preset)))).toEqual(preset);
    }
  });

  it('have different names', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  });

  it('keep the official number of steps', () => {
    const steps = new Map(ALL.map(({ name, preset }) => [name, 'steps' in preset ? preset.steps : 0]));
    expect(steps.get('stackgan-pp paper cub')).toBe(600 * 368);
    expect(steps.get('attngan paper cub attngan')).toBe(600 * 442);
    expect(steps.get('attngan paper coco attngan')).toBe(120 * 5913);
    const birds = findPreset(stackganPresets(), { preset: 'paper', variant: 'tensorflow' });
    expect([birds.stage1.steps, birds.stage2.steps]).toEqual([600 * 138, 600 * 138]);
  });

  it('refuse what a stage of StackGAN cannot be trained with', () => {
    const preset = findPreset(stackganPresets(), { preset: 'tiny' });
    const broken = [
      { stage1: { ...preset.stage1, batchSize: 1 } },
      { stage2: { ...preset.stage2, surplus: true } },
      { stage2: { ...preset.stage2, generator: { ...preset.stage2.generator, residualBlocks: 0 } } },
      { text: { encoder: 'bi-lstm', sentenceDim: 7 } },
    ];
    for (const fields of broken) {
      expect(stackganPresetSchema.safeParse({ ...preset, ...fields }).success).toBe(false);
    }
  });
});

describe('what the official code does by mistake', () => {
  it('is off unless it is asked for', () => {
    const [plusPlus] = STACKGAN_PP_PRESETS;
    const [attngan] = ATTNGAN_PRESETS;
    expect(stackganPlusPlusPresetSchema.parse({ ...plusPlus, compat: {} }).compat).toEqual({
      averageReplacesLive: false,
    });
    expect(attnganPresetSchema.parse({ ...attngan, compat: {} }).compat).toEqual({
      attentionMask: 'perImage',
      wordScore: 'official',
    });
  });

  it('reaches the models and trainers', () => {
    const plusPlus = findPreset(STACKGAN_PP_PRESETS, { preset: 'paper' });
    const attngan = findPreset(ATTNGAN_PRESETS, { preset: 'paper' });
    expect(
      stackganPlusPlusOptions({ ...plusPlus, compat: { averageReplacesLive: true } }).averageReplacesLive,
    ).toBe(true);
    const options = attnganOptions({
      ...attngan,
      compat: { attentionMask: 'official', wordScore: 'paper' },
    });
    expect(options.generator.attentionMask).toBe('official');
    expect(options.similarity).toEqual({ weight: 5, gamma1: 4, gamma2: 5, gamma3: 10, wordScore: 'paper' });
  });
});

describe('options of the trainers', () => {
  it('carry the sizes of the text', () => {
    const stackgan = findPreset(stackganPresets(), { preset: 'paper', dataset: 'coco' });
    expect(stage2Options(stackgan).generator).toMatchObject({ sentenceDim: 1024, residualBlocks: 2 });
    const birds = findPreset(STACKGAN_PP_PRESETS, { preset: 'paper' });
    expect(stackganPlusPlusOptions(birds).generator.text).toEqual({ sentenceDim: 1024, conditionDim: 128 });
    const church = findPreset(STACKGAN_PP_PRESETS, { preset: 'paper', dataset: 'lsun-church' });
    expect(stackganPlusPlusOptions(church)).toMatchObject({
      generator: { text: undefined },
      colorWeight: 50,
    });
  });

  it('of AttnGAN fit the encoders that were pretrained under the same preset', () => {
    for (const { preset, dataset, generator } of ATTNGAN_PRESETS) {
      const { textEncoder } = findPreset(DAMSM_PRESETS, { preset, dataset: dataset ?? undefined });
      expect([generator.sentenceDim, generator.wordDim]).toEqual([
        textEncoder.sentenceDim,
        textEncoder.sentenceDim,
      ]);
    }
  });
});

describe('parseStackganConfig', () => {
  it('reads the configuration of a run that began before Stage-I had variants', () => {
    const { variant, ...older } = STACKGAN_PRESETS.tiny.stage1;
    expect(parseStackganConfig({ ...STACKGAN_PRESETS.tiny, stage1: older }, 'config.json').stage1).toEqual({
      ...older,
      variant,
    });
  });
});

describe('findPreset', () => {
  it('takes the first that fits', () => {
    expect(findPreset(stackganPresets(), { preset: 'paper' })).toMatchObject({
      dataset: 'cub',
      variant: 'pytorch',
    });
    expect(findPreset(stackganPresets(), { preset: 'paper', variant: 'tensorflow' }).dataset).toBe('cub');
  });

  it.each([
    [{ preset: 'huge' }, 'Expected for attngan preset: paper, small, tiny, received huge.'],
    [{ preset: 'paper', dataset: 'oxford-102' }, 'dataset: cub, coco, received oxford-102.'],
    [{ preset: 'tiny', dataset: 'cub' }, "Expected for attngan's preset tiny no dataset, received cub."],
    [{ preset: 'paper', dataset: 'coco', variant: 'attn-dcgan' }, 'variant: attngan, received attn-dcgan.'],
  ])('says what there is instead of %o', (choice, message) => {
    expect(() => findPreset(ATTNGAN_PRESETS, choice)).toThrow(message);
  });
});
