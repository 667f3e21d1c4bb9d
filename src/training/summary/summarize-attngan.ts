import { buildAttnganDiscriminators } from '../architectures/attngan/discriminators.js';
import { buildAttnganGenerator, imageSizes } from '../architectures/attngan/generator.js';
import { discriminatorModels } from '../architectures/discriminator.js';
import { type AttnganConfig, attnganOptions } from '../run/config/attngan-config.js';
import { summarizeTextEncoder } from './summarize-encoders.js';
import { type GroupSummary, summarizeGroup, summarizePart } from './summarize-models.js';
import { buildWithZeros } from './zero-weights.js';

/** Counts the stages of AttnGAN at the longest caption, its discriminators, and the encoders of DAMSM. */
export function summarizeAttngan(preset: AttnganConfig, vocabularySize: number): GroupSummary[] {
  const { generator: widths, discriminator } = attnganOptions(preset);
  const unknownSize = preset.maxLength;
  const { firstStage, attentionStages } = buildWithZeros(() => buildAttnganGenerator(widths));
  const discriminators = buildWithZeros(() => buildAttnganDiscriminators(widths, discriminator));
  const sizes = imageSizes(widths);
  return [
    summarizeGroup(
      'generator',
      [firstStage, ...attentionStages].map((stage, index) =>
        summarizePart([stage], { name: `stage ${index + 1}, ${64 * 2 ** index} pixels`, unknownSize }),
      ),
    ),
    summarizeGroup(
      'discriminators',
      discriminators.map((built, index) =>
        summarizePart(discriminatorModels(built), { name: `${sizes[index]} pixels` }),
      ),
    ),
    summarizeGroup(
      'encoders',
      summarizeTextEncoder(preset.textEncoder, { words: unknownSize, vocabularySize }),
    ),
  ];
}
