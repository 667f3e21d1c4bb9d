import { z } from 'zod';
import type { Stage1GeneratorOptions } from '../../architectures/stackgan/stage1-generator.js';
import type { Stage2Options } from '../../architectures/stackgan/stage2-trainer.js';
import type { StackganVariant } from '../../architectures/stackgan/variant.js';
import { stage1Schema } from '../config.js';
import { discriminatorWidth, positiveInteger, presetKey } from './preset-fields.js';
import { textSourceSchema } from './text-source.js';

const variant = z.enum(['pytorch', 'tensorflow'] satisfies StackganVariant[]);

export const stage2Schema = stage1Schema
  .omit({ variant: true, generator: true, discriminator: true })
  .extend({
    variant,
    generator: z.strictObject({
      /** GF_DIM of the official code; the residual blocks have 4 times as many channels. */
      baseWidth: positiveInteger,
      /** The same as Stage-I's in the official code, though each stage draws its own condition. */
      conditionDim: positiveInteger,
      conditioningActivation: z.enum(['relu', 'leakyRelu', 'linear']),
      /** R_NUM of the official code: 4, for COCO 2. */
      residualBlocks: positiveInteger,
    }),
    discriminator: z.strictObject({
      ...discriminatorWidth,
      /** What the conditional head sees: the augmentation's mean (PyTorch) or the sentence vector (TensorFlow). */
      condition: z.enum(['mean', 'sentence']),
      /** Size of the head's own linear layer on the condition, or null for none; 128 in the TensorFlow code. */
      projectionDim: positiveInteger.nullable(),
      /** A head that judges the picture alone; PyTorch has it, TensorFlow has not. */
      unconditionalHead: z.boolean(),
      /** How the losses of two heads add up: `mean` as in the official PyTorch code. */
      headCombination: z.enum(['mean', 'sum']),
    }),
  });

/** Both stages of a StackGAN. */
export const stackganPresetSchema = z.strictObject({
  architecture: z.literal('stackgan'),
  ...presetKey,
  /** Which official code both stages follow. */
  variant,
  text: textSourceSchema,
  /** Real pictures with a wrong text: pictures of their own (TensorFlow), or each with the next one's text (PyTorch). */
  wrongPairs: z.enum(['pictures', 'shifted']),
  stage1: stage1Schema,
  stage2: stage2Schema,
});

export type StackganPreset = z.infer<typeof stackganPresetSchema>;

/** What `buildStage1Generator` takes. */
export function stage1GeneratorOptions({ stage1, text }: StackganPreset): Stage1GeneratorOptions {
  return { ...stage1.generator, sentenceDim: text.sentenceDim, variant: stage1.variant };
}

/** What `Stage2Trainer` takes. */
export function stage2Options({ stage2, text }: StackganPreset): Stage2Options {
  const { generator, variant } = stage2;
  return { ...stage2, generator: { ...generator, sentenceDim: text.sentenceDim, variant } };
}
