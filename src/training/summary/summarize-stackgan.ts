import { discriminatorModels } from '../architectures/discriminator.js';
import { buildStackganDiscriminator } from '../architectures/stackgan/stackgan-discriminator.js';
import { buildStage1Generator } from '../architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../architectures/stackgan/stage2-generator.js';
import { type StackganPreset, stage1GeneratorOptions, stage2Options } from '../run/config/stackgan-preset.js';
import { summarizeTextSource } from './summarize-encoders.js';
import { type GroupSummary, type PartSummary, summarizeGroup, summarizePart } from './summarize-models.js';
import { buildWithZeros } from './zero-weights.js';

/** Counts both stages of StackGAN, their discriminators, and the text encoder. */
export function summarizeStackgan(preset: StackganPreset, vocabularySize: number): GroupSummary[] {
  return [
    summarizeGroup('generator', [
      summarizePart([buildWithZeros(() => buildStage1Generator(stage1GeneratorOptions(preset)).model)], {
        name: 'stage 1, 64 pixels',
      }),
      summarizePart([buildWithZeros(() => buildStage2Generator(stage2Options(preset).generator).model)], {
        name: 'stage 2, 256 pixels',
      }),
    ]),
    summarizeGroup('discriminators', [summarizeDiscriminator(preset, 1), summarizeDiscriminator(preset, 2)]),
    summarizeGroup('encoders', [summarizeTextSource(preset.text, vocabularySize)]),
  ];
}

function summarizeDiscriminator(preset: StackganPreset, stage: 1 | 2): PartSummary {
  const { generator, discriminator } = stage === 1 ? preset.stage1 : preset.stage2;
  const { condition, projectionDim } = discriminator;
  const built = buildWithZeros(() =>
    buildStackganDiscriminator({
      ...discriminator,
      stage,
      conditionDim: condition === 'sentence' ? preset.text.sentenceDim : generator.conditionDim,
      projectionDim: projectionDim ?? undefined,
      variant: preset.variant,
    }),
  );
  return summarizePart(discriminatorModels(built), { name: stage === 1 ? '64 pixels' : '256 pixels' });
}
