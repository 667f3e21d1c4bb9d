import { z } from 'zod';
import { MAX_BRANCHES } from '../../architectures/stackgan-pp/generator.js';
import type { StackganPlusPlusTrainerOptions } from '../../architectures/stackgan-pp/trainer.js';
import { adversarialTraining, discriminatorWidth, positiveInteger, presetKey } from './preset-fields.js';
import { augmentationSchema, drawingRunFields, initialLogVariance } from './run-fields.js';
import { textEncoderSchema } from './text-encoder-config.js';

export const stackganPlusPlusConfigSchema = z
  .strictObject({
    architecture: z.literal('stackgan-pp'),
    ...presetKey,
    ...drawingRunFields,
    /** Null for a model that draws from noise alone. */
    textEncoder: textEncoderSchema.nullable(),
    /** Null for a model that draws from noise alone. */
    text: z.strictObject({ conditionDim: positiveInteger }).nullable(),
    generator: z.strictObject({
      zDim: positiveInteger,
      /** GF_DIM of the official code: channels at 64 pixels. */
      baseWidth: positiveInteger,
      /** R_NUM of the official code. */
      residualBlocks: positiveInteger,
      /** Scales that are drawn, from 64 pixels on. */
      branches: z.int().min(1).max(MAX_BRANCHES),
    }),
    discriminator: z.strictObject(discriminatorWidth),
    ...adversarialTraining,
    augmentation: augmentationSchema,
    initialLogVariance,
    /** UNCOND_LOSS: weight of the heads that judge the picture alone. Without text it has no meaning. */
    unconditionalWeight: z.number().min(0),
    /** COLOR_LOSS: weight of the colour consistency between scales. */
    colorWeight: z.number().min(0),
    /** Mistakes of the official code that published numbers came about with. */
    compat: z.strictObject({
      /** Whether each snapshot makes the averaged weights the live ones. @default false; officially true */
      averageReplacesLive: z.boolean().default(false),
      /** Whether only the two finest pairs of scales are held to each other's colours. @default false; officially true */
      finestColorsOnly: z.boolean().default(false),
    }),
  })
  .refine(({ textEncoder, text }) => (textEncoder === null) === (text === null), {
    path: ['text'],
    error: 'and textEncoder are both null, for a model without text, or neither',
  })
  .refine(({ text, reconstructionWeight }) => text !== null || reconstructionWeight === 0, {
    path: ['reconstructionWeight'],
    error: 'needs text: without it no generated picture belongs to a real one',
  })
  .refine(({ generator: { baseWidth, branches } }) => baseWidth >= 2 ** (branches - 1), {
    path: ['generator', 'baseWidth'],
    error: 'is halved from branch to branch, and the last one needs a channel',
  });

export type StackganPlusPlusConfig = z.infer<typeof stackganPlusPlusConfigSchema>;

/** What `StackganPlusPlusTrainer` takes. */
export function stackganPlusPlusOptions(config: StackganPlusPlusConfig): StackganPlusPlusTrainerOptions {
  const { textEncoder, text, generator, compat, ...training } = config;
  const widths =
    textEncoder === null || text === null
      ? undefined
      : { sentenceDim: textEncoder.sentenceDim, conditionDim: text.conditionDim };
  return { ...training, ...compat, generator: { ...generator, text: widths } };
}
