import { z } from 'zod';
import type { AttnganTrainerOptions } from '../../architectures/attngan/attngan-trainer.js';
import { adversarialTraining, discriminatorWidth, positiveInteger, presetKey } from './preset-fields.js';
import { augmentationSchema, drawingRunFields, initialLogVariance } from './run-fields.js';
import { similarityFields, wordScore } from './similarity-fields.js';
import { textEncoderSchema } from './text-encoder-config.js';

export const attnganConfigSchema = z
  .strictObject({
    architecture: z.literal('attngan'),
    ...presetKey,
    ...drawingRunFields,
    /** AttnDCGAN draws one picture, and its later stages have no residual blocks. */
    variant: z.enum(['attngan', 'attn-dcgan']),
    /** Without words, of "char-cnn-rnn" or "vectors", the later stages read the sentence in their place. */
    textEncoder: textEncoderSchema,
    /** Words that a caption is cut to; 12 for COCO, whose encoders were trained with 15. */
    maxLength: positiveInteger,
    generator: z.strictObject({
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
    augmentation: augmentationSchema,
    initialLogVariance,
    /** How the DAMSM loss enters the generator's: `weight` is lambda. Null for an encoder that is not DAMSM's. */
    similarity: z.strictObject({ weight: z.number().positive(), ...similarityFields }).nullable(),
    /** Quirks of the official code. */
    compat: z.strictObject({
      /** `official` masks a place's attention by another caption's padding, as released weights learnt it. @default 'perImage' */
      attentionMask: z.enum(['perImage', 'official']).default('perImage'),
      wordScore,
    }),
  })
  .refine(({ similarity, textEncoder }) => similarity === null || textEncoder.kind === 'damsm', {
    path: ['similarity'],
    error: 'needs the image encoder of textEncoder.kind "damsm"; set it to null for another',
  });

export type AttnganConfig = z.infer<typeof attnganConfigSchema>;

/** What `AttnganTrainer` takes but for the image encoder. */
export function attnganOptions(config: AttnganConfig): Omit<AttnganTrainerOptions, 'similarity'> & {
  similarity: Omit<NonNullable<AttnganTrainerOptions['similarity']>, 'encodeImages'> | undefined;
} {
  const { generator, compat, similarity, textEncoder, ...training } = config;
  const { sentenceDim } = textEncoder;
  return {
    ...training,
    generator: {
      ...generator,
      sentenceDim,
      // Both directions of the LSTM side by side are word and sentence alike; the other encoders have no words.
      wordDim: textEncoder.kind === 'damsm' || textEncoder.kind === 'contrastive' ? sentenceDim : undefined,
      attentionMask: compat.attentionMask,
    },
    similarity: similarity === null ? undefined : { ...similarity, wordScore: compat.wordScore },
  };
}
