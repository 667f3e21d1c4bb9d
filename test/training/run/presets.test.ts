import { describe, expect, it } from 'vitest';
import { attnganOptions } from '../../../src/training/run/config/attngan-config.js';
import { parseRunConfig, type RunConfig } from '../../../src/training/run/config/run-config.js';
import { stage2Options } from '../../../src/training/run/config/stackgan-config.js';
import { stackganPlusPlusOptions } from '../../../src/training/run/config/stackgan-pp-config.js';
import { ATTNGAN_PRESETS } from '../../../src/training/run/presets/attngan.js';
import {
  CHAR_CNN_RNN_PRESETS,
  CONTRASTIVE_PRESETS,
  DAMSM_PRESETS,
} from '../../../src/training/run/presets/encoders.js';
import { findPreset } from '../../../src/training/run/presets/find-preset.js';
import { STACKGAN_PRESETS } from '../../../src/training/run/presets/stackgan.js';
import { STACKGAN_PP_PRESETS } from '../../../src/training/run/presets/stackgan-pp.js';

const PRESETS: readonly RunConfig[] = [
  ...STACKGAN_PRESETS,
  ...STACKGAN_PP_PRESETS,
  ...ATTNGAN_PRESETS,
  ...DAMSM_PRESETS,
  ...CHAR_CNN_RNN_PRESETS,
  ...CONTRASTIVE_PRESETS,
];
const ALL = PRESETS.map((preset) => ({ name: nameOf(preset), preset }));
const parse = (value: unknown) => parseRunConfig(value, 'a preset');

function nameOf(preset: { architecture: string; preset: string; dataset: string | null; variant?: string }) {
  return [preset.architecture, preset.preset, preset.dataset, preset.variant]
    .filter((part) => typeof part === 'string')
    .join(' ');
}

describe('presets', () => {
  it.each(ALL)('$name is what its schema says, and no more', ({ preset }) => {
    expect(parse(preset)).toEqual(preset);
    expect(() => parse({ ...preset, surplus: 1 })).toThrow(/surplus/);
  });

  it('survive being written to a file', () => {
    for (const { preset } of ALL) expect(parse(JSON.parse(JSON.stringify(preset)))).toEqual(preset);
  });

  it('have different names', () => {
    expect(new Set(ALL.map(({ name }) => name)).size).toBe(ALL.length);
  });

  it('keep the official number of steps', () => {
    const steps = new Map(ALL.map(({ name, preset }) => [name, 'steps' in preset ? preset.steps : 0]));
    expect(steps.get('stackgan-pp paper cub')).toBe(600 * 368);
    expect(steps.get('attngan paper cub attngan')).toBe(600 * 442);
    expect(steps.get('attngan paper coco attngan')).toBe(120 * 5913);
    const birds = findPreset(STACKGAN_PRESETS, { preset: 'paper', variant: 'tensorflow' });
    expect([birds.stage1.steps, birds.stage2.steps]).toEqual([600 * 138, 600 * 138]);
  });

  it('refuse what a stage of StackGAN cannot be trained with', () => {
    const preset = findPreset(STACKGAN_PRESETS, { preset: 'tiny' });
    const broken = [
      { stage1: { ...preset.stage1, batchSize: 1 } },
      { stage2: { ...preset.stage2, surplus: true } },
      { stage2: { ...preset.stage2, generator: { ...preset.stage2.generator, residualBlocks: 0 } } },
      { stage2: { ...preset.stage2, imageSize: 512 } },
      { stage2: { ...preset.stage2, generator: { ...preset.stage2.generator, baseWidth: 3 } } },
      { textEncoder: { ...preset.textEncoder, sentenceDim: 7 } },
      {
        stage1: {
          ...preset.stage1,
          generator: { ...preset.stage1.generator, conditioningActivation: 'relu' },
        },
      },
      { variant: 'tensorflow' },
    ];
    for (const fields of broken) expect(() => parse({ ...preset, ...fields })).toThrow();
  });
});

it('a StackGAN++ whose last branch has no channel left is refused before anything is trained', () => {
  const preset = findPreset(STACKGAN_PP_PRESETS, { preset: 'tiny' });
  const sized = (baseWidth: number) => ({
    ...preset,
    generator: { ...preset.generator, branches: 5, baseWidth },
  });
  expect(() => parse(sized(15))).toThrow(/generator\.baseWidth/);
  expect(parse(sized(16))).toMatchObject({ generator: { baseWidth: 16 } });
});

describe('what the official code does by mistake', () => {
  it('is off unless it is asked for', () => {
    const [plusPlus] = STACKGAN_PP_PRESETS;
    const [attngan] = ATTNGAN_PRESETS;
    expect(parse({ ...plusPlus, compat: {} })).toMatchObject({
      compat: { averageReplacesLive: false, finestColorsOnly: false },
    });
    expect(parse({ ...attngan, compat: {} })).toMatchObject({
      compat: { attentionMask: 'perImage', wordScore: 'official' },
    });
  });

  it('reaches the models and trainers', () => {
    const plusPlus = findPreset(STACKGAN_PP_PRESETS, { preset: 'paper' });
    const attngan = findPreset(ATTNGAN_PRESETS, { preset: 'paper' });
    const compat = { averageReplacesLive: true, finestColorsOnly: true };
    expect(stackganPlusPlusOptions({ ...plusPlus, compat })).toMatchObject(compat);
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
    const stackgan = findPreset(STACKGAN_PRESETS, { preset: 'paper', dataset: 'coco' });
    expect(stage2Options(stackgan, stackgan.stage2).generator).toMatchObject({
      sentenceDim: 1024,
      residualBlocks: 2,
    });
    const birds = findPreset(STACKGAN_PP_PRESETS, { preset: 'paper' });
    expect(stackganPlusPlusOptions(birds).generator.text).toEqual({ sentenceDim: 1024, conditionDim: 128 });
    const church = findPreset(STACKGAN_PP_PRESETS, { preset: 'paper', dataset: 'lsun-church' });
    expect(stackganPlusPlusOptions(church)).toMatchObject({
      generator: { text: undefined },
      colorWeight: 50,
    });
  });

  it('of AttnGAN have words of the size of sentences', () => {
    const { generator } = attnganOptions(findPreset(ATTNGAN_PRESETS, { preset: 'paper' }));
    expect(generator).toMatchObject({ sentenceDim: 256, wordDim: 256 });
  });
});

describe('parseRunConfig', () => {
  const { tiny } = { tiny: findPreset(STACKGAN_PRESETS, { preset: 'tiny' }) };

  it('reads the configuration of a run that began before text encoders had kinds', () => {
    const { kind: _, ...textEncoder } = tiny.textEncoder;
    const { initialLogVariance: __, ...stage1 } = tiny.stage1;
    const { seed, captions, sampleEverySteps, checkpointEverySteps } = tiny;
    const run = {
      architecture: 'stackgan',
      preset: 'tiny',
      seed,
      captions,
      sampleEverySteps,
      checkpointEverySteps,
    };
    for (const variant of [{}, { variant: 'pytorch' }]) {
      expect(parse({ ...run, textEncoder, stage1: { ...stage1, ...variant } })).toEqual({
        ...tiny,
        stage1: { ...tiny.stage1, initialLogVariance: 0 },
        stage2: null,
      });
    }
    expect(() => parse({ ...run, textEncoder, stage1: { ...stage1, klWeight: 'much' } })).toThrow(
      /stage1\.klWeight/,
    );
  });

  it('takes text without words for AttnGAN, and the DAMSM loss for DAMSM alone', () => {
    const attngan = findPreset(ATTNGAN_PRESETS, { preset: 'tiny' });
    const textEncoder = { kind: 'vectors', file: 'vectors.npy', sentenceDim: 128 } as const;
    expect(parse({ ...attngan, textEncoder, similarity: null })).toMatchObject({ textEncoder });
    expect(attnganOptions({ ...attngan, textEncoder }).generator.wordDim).toBeUndefined();
    expect(() => parse({ ...attngan, textEncoder })).toThrow(/similarity/);
    expect(() => parse({ ...attngan, textEncoder: tiny.textEncoder })).toThrow(/similarity/);
    expect(parse({ ...attngan, textEncoder: tiny.textEncoder, similarity: null })).toMatchObject({
      similarity: null,
    });
  });
});

describe('findPreset', () => {
  it('takes the first that fits', () => {
    expect(findPreset(STACKGAN_PRESETS, { preset: 'paper' })).toMatchObject({
      dataset: 'cub',
      variant: 'pytorch',
    });
    expect(findPreset(STACKGAN_PRESETS, { preset: 'paper', variant: 'tensorflow' }).dataset).toBe('cub');
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
