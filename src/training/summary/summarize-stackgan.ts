import { discriminatorModels } from '../architectures/discriminator.js';
import { buildStackganDiscriminator } from '../architectures/stackgan/stackgan-discriminator.js';
import { buildStage1Generator } from '../architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../architectures/stackgan/stage2-generator.js';
import { type StackganConfig, stage1Options, stage2Options } from '../run/config/stackgan-config.js';
import { summarizeTextEncoder } from './summarize-encoders.js';
import { type GroupSummary, type PartSummary, summarizeGroup, summarizePart } from './summarize-models.js';
import { buildWithZeros } from './zero-weights.js';

/** Counts the stages of StackGAN, their discriminators, and the text encoder. */
export function summarizeStackgan(preset: StackganConfig, vocabularySize: number): GroupSummary[] {
  const { stage2 } = preset;
  const generators = [
    summarizePart([buildWithZeros(() => buildStage1Generator(stage1Options(preset).generator).model)], {
      name: 'stage 1, 64 pixels',
    }),
  ];
  const discriminators = [summarizeDiscriminator(preset, preset.stage1, 1)];
  if (stage2 !== null) {
    const { generator } = stage2Options(preset, stage2);
    generators.push(
      summarizePart([buildWithZeros(() => buildStage2Generator(generator).model)], {
        name: `stage 2, ${stage2.imageSize} pixels`,
      }),
    );
    discriminators.push(summarizeDiscriminator(preset, stage2, 2));
  }
  return [
    summarizeGroup('generator', generators),
    summarizeGroup('discriminators', discriminators),
    summarizeGroup('encoders', summarizeTextEncoder(preset.textEncoder, { vocabularySize })),
  ];
}

function summarizeDiscriminator(
  { textEncoder, variant, stage2 }: StackganConfig,
  { generator, discriminator }: StackganConfig['stage1'] | NonNullable<StackganConfig['stage2']>,
  stage: 1 | 2,
): PartSummary {
  const { condition, projectionDim } = discriminator;
  const built = buildWithZeros(() =>
    buildStackganDiscriminator({
      ...discriminator,
      stage,
      conditionDim: condition === 'sentence' ? textEncoder.sentenceDim : generator.conditionDim,
      projectionDim: projectionDim ?? undefined,
      variant,
      imageSize: stage2?.imageSize,
    }),
  );
  const name = stage === 1 ? '64 pixels' : `${stage2?.imageSize} pixels`;
  return summarizePart(discriminatorModels(built), { name });
}
