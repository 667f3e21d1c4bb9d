import { readFileSync } from 'node:fs';
import { z } from 'zod';

const count = z.int().positive();
const generator = z.object({
  sentenceDim: count,
  conditionDim: count,
  zDim: count,
  baseWidth: count,
  residualBlocks: count,
  discriminatorWidth: count,
});
const branches = z.union([z.literal(1), z.literal(2), z.literal(3)]);
const ofPresets = <Sizes extends z.ZodType>(sizes: Sizes) => z.object({ paper: sizes, small: sizes });

const sizesSchema = z.object({
  stackgan: ofPresets(generator),
  'stackgan-pp': ofPresets(generator.extend({ branches })),
  attngan: ofPresets(generator.extend({ branches, words: count })),
  damsm: ofPresets(
    z.object({
      vocabularySize: count,
      embeddingDim: count,
      sentenceDim: count,
      dropout: z.number(),
      words: count,
      mapChannels: count,
      pooledDim: count,
    }),
  ),
});

/** Widths of the presets, as both sides read them. */
export function readSizes(): z.infer<typeof sizesSchema> {
  return sizesSchema.parse(
    JSON.parse(readFileSync(new URL('../pytorch/sizes.json', import.meta.url), 'utf8')),
  );
}
