import { describe, expect, it } from 'vitest';
import { readSizes } from '../../bench/training/sizes.js';
import { ATTNGAN_PRESETS } from '../../src/training/run/presets/attngan.js';
import { findPreset } from '../../src/training/run/presets/find-preset.js';
import { STACKGAN_PRESETS } from '../../src/training/run/presets/stackgan.js';
import { STACKGAN_PP_PRESETS } from '../../src/training/run/presets/stackgan-pp.js';

const SIZES = readSizes();

describe.each(['paper', 'small'] as const)('sizes that both sides of the benches take for %s', (preset) => {
  it('are those of StackGAN in PyTorch', () => {
    const { stage1, stage2, textEncoder } = findPreset(STACKGAN_PRESETS, { preset, variant: 'pytorch' });
    expect(SIZES.stackgan[preset]).toEqual({
      sentenceDim: textEncoder.sentenceDim,
      conditionDim: stage1.generator.conditionDim,
      zDim: stage1.generator.zDim,
      baseWidth: stage1.generator.baseWidth,
      residualBlocks: stage2.generator.residualBlocks,
      discriminatorWidth: stage1.discriminator.baseWidth,
    });
    expect(stage2.generator).toMatchObject({ baseWidth: stage1.generator.baseWidth });
    expect(stage2.discriminator).toMatchObject({ baseWidth: stage1.discriminator.baseWidth });
  });

  it('are those of StackGAN++', () => {
    const { generator, discriminator, text, textEncoder } = findPreset(STACKGAN_PP_PRESETS, { preset });
    expect(SIZES['stackgan-pp'][preset]).toEqual({
      ...generator,
      conditionDim: text?.conditionDim,
      sentenceDim: textEncoder?.sentenceDim,
      discriminatorWidth: discriminator.baseWidth,
    });
  });

  it('are those of AttnGAN', () => {
    const { generator, discriminator, textEncoder, maxLength } = findPreset(ATTNGAN_PRESETS, { preset });
    const { images: _, ...widths } = generator;
    expect(SIZES.attngan[preset]).toEqual({
      ...widths,
      sentenceDim: textEncoder.sentenceDim,
      words: maxLength,
      discriminatorWidth: discriminator.baseWidth,
    });
  });
});
