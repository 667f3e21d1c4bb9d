import { z } from 'zod';
import type { AttnganTrainerOptions } from '../../architectures/attngan/attngan-trainer.js';
import { similarityFields, wordScore } from './damsm-preset.js';
import { adversarialTraining, discriminatorWidth, positiveInteger, presetKey } from './preset-fields.js';

export const attnganPresetSchema = z.strictObject({
  architecture: z.literal('attngan'),
  ...presetKey,
  /** AttnDCGAN draws one picture, and its later stages have no residual blocks. */
  variant: z.enum(['attngan', 'attn-dcgan']),
  /** Words that a caption is cut to. */
  maxLength: positiveInteger,
  generator: z.strictObject({
    /** Of the text encoder, as `wordDim`. */
    sentenceDim: positiveInteger,
    wordDim: positiveInteger,
    conditionDim: positiveInteger,
    zDim: positiveInteger,
    /** GF_DIM of the official code. */
    baseWidth: positiveInteger,
    /** R_NUM of the official code. */
    residualBlocks: z.int().min(0),
    /** Stages: 64, 128 and 256 pixels. */
    branches: z.union([z.literal(1), z.literal(2), z.literal(3)]),
    /** Which stages draw a picture. */
    images: z.enum(['every', 'last']),
  }),
  discriminator: z.strictObject({
    ...discriminatorWidth,
    /** Whether each also judges the picture without its text; AttnDCGAN's does not. */
    unconditionalHead: z.boolean(),
  }),
  ...adversarialTraining,
  /** How the DAMSM loss enters the generator's: `weight` is lambda. */
  similarity: z.strictObject({ weight: z.number().min(0), ...similarityFields }),
  /** Quirks of the official code. */
  compat: z.strictObject({
    /** `official` masks a place's attention by another caption's padding, as released weights learnt it. @default 'perImage' */
    attentionMask: z.enum(['perImage', 'official']).default('perImage'),
    wordScore,
  }),
});

export type AttnganPreset = z.infer<typeof attnganPresetSchema>;

/** What `AttnganTrainer` takes but for the image encoder. */
export function attnganOptions(preset: AttnganPreset): Omit<AttnganTrainerOptions, 'similarity'> & {
  similarity: Omit<NonNullable<AttnganTrainerOptions['similarity']>, 'encodeImages'>;
} {
  const { generator, compat, similarity, ...training } = preset;
  return {
    ...training,
    generator: { ...generator, attentionMask: compat.attentionMask },
    similarity: { ...similarity, wordScore: compat.wordScore },
  };
}
