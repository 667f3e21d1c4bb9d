import { discriminatorModels } from '../architectures/discriminator.js';
import { buildBranchDiscriminators } from '../architectures/stackgan-pp/discriminators.js';
import { buildStackganPlusPlusGenerator } from '../architectures/stackgan-pp/generator.js';
import { type StackganPlusPlusConfig, stackganPlusPlusOptions } from '../run/config/stackgan-pp-config.js';
import { summarizeTextEncoder } from './summarize-encoders.js';
import { type GroupSummary, summarizeGroup, summarizePart } from './summarize-models.js';
import { buildWithZeros } from './zero-weights.js';

/** Counts the stages of StackGAN++, the discriminator of each scale, and the text encoder where there is one. */
export function summarizeStackganPlusPlus(
  preset: StackganPlusPlusConfig,
  vocabularySize: number,
): GroupSummary[] {
  const { generator, discriminator } = stackganPlusPlusOptions(preset);
  const { stages } = buildWithZeros(() => buildStackganPlusPlusGenerator(generator));
  const branches = buildWithZeros(() =>
    buildBranchDiscriminators({
      ...discriminator,
      branches: preset.generator.branches,
      conditionDim: preset.text?.conditionDim,
      unconditionalHead: preset.unconditionalWeight > 0,
    }),
  );
  const pixels = (branch: number) => `${64 * 2 ** branch} pixels`;
  const groups = [
    summarizeGroup(
      'generator',
      stages.map((stage, index) => summarizePart([stage], { name: `stage ${index + 1}, ${pixels(index)}` })),
    ),
    summarizeGroup(
      'discriminators',
      branches.map((branch, index) => summarizePart(discriminatorModels(branch), { name: pixels(index) })),
    ),
  ];
  if (preset.textEncoder === null) return groups;
  return [
    ...groups,
    summarizeGroup('encoders', summarizeTextEncoder(preset.textEncoder, { vocabularySize })),
  ];
}
