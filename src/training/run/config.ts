import { z } from 'zod';
import { WordbrushError } from '../../sdk/errors.js';
import type { Stage1Options } from '../architectures/stackgan/stage1-trainer.js';

const positiveInteger = z.int().positive();
const learningRate = z.number().positive().max(1);

export const textEncoderSchema = z.strictObject({
  embeddingDim: positiveInteger,
  /** Both directions of the LSTM side by side. */
  sentenceDim: positiveInteger.multipleOf(2),
  /** Scale sentence vectors to mean square 1 (not in the official code). */
  normalizeSentence: z.boolean(),
  /** Words that a caption is cut to. */
  maxLength: positiveInteger,
  steps: positiveInteger,
  batchSize: positiveInteger,
  learningRate,
  /** Cosine similarities are multiplied by it before the softmax (gamma3 of AttnGAN). */
  sharpness: z.number().positive(),
});

export const stage1Schema = z.strictObject({
  /** Which official code generator and discriminator follow. @default 'pytorch' */
  variant: z.enum(['pytorch', 'tensorflow']).default('pytorch'),
  generator: z.strictObject({
    /** GF_DIM of the official code; the 4×4 map has 8 times as many channels. */
    baseWidth: positiveInteger,
    zDim: positiveInteger,
    conditionDim: positiveInteger,
    conditioningActivation: z.enum(['relu', 'leakyRelu', 'linear']),
  }),
  discriminator: z.strictObject({
    /** DF_DIM of the official code. */
    baseWidth: positiveInteger,
    normalization: z.enum(['batch', 'spectral']),
    condition: z.enum(['mean', 'sentence']),
    /** Size of the head's own linear layer on the condition, or null for none. */
    projectionDim: positiveInteger.nullable(),
    unconditionalHead: z.boolean(),
  }),
  loss: z.enum(['bce', 'hinge']),
  klWeight: z.number().min(0),
  /**
   * Where the log variances of the conditioning augmentation start. @default 0, variance 1, as in the official code:
   * then the text is drowned in noise for the first thousands of steps.
   */
  initialLogVariance: z.number().min(-10).max(0).optional(),
  batchSize: z.int().min(2),
  generatorLearningRate: learningRate,
  discriminatorLearningRate: learningRate,
  /** Both learning rates are halved after every so many epochs, or never (null). */
  halveLearningRateEveryEpochs: positiveInteger.nullable(),
  /** Decay of the moving average of the generator's weights; 0 exports the live weights. */
  averageDecay: z.number().min(0).lt(1),
  augmentation: z.strictObject({
    shiftPixels: z.int().min(0),
    cutPixels: z.int().min(0),
    flip: z.boolean(),
  }),
  steps: positiveInteger,
});

export const stackganConfigSchema = z.strictObject({
  architecture: z.literal('stackgan'),
  preset: z.string(),
  seed: z.int().min(0),
  /**
   * How a caption is drawn for a picture. `any`: one of its captions. `labelAndTags`: the first caption is a label,
   * the others are tags; label, label with one to four tags, or tags alone, sometimes with an article before.
   */
  captions: z.enum(['any', 'labelAndTags']),
  textEncoder: textEncoderSchema,
  // The start is a bias, which is the log variance itself only without an activation behind it.
  stage1: stage1Schema.refine(
    ({ generator, initialLogVariance }) =>
      (initialLogVariance ?? 0) === 0 || generator.conditioningActivation === 'linear',
    { path: ['initialLogVariance'], error: 'other than 0 needs conditioningActivation "linear"' },
  ),
  sampleEverySteps: positiveInteger,
  checkpointEverySteps: positiveInteger,
});

export type TextEncoderConfig = z.infer<typeof textEncoderSchema>;
export type Stage1Config = z.infer<typeof stage1Schema>;
export type StackganConfig = z.infer<typeof stackganConfigSchema>;

/** What `Stage1Trainer` takes. */
export function stage1Options(stage1: Stage1Config, sentenceDim: number): Stage1Options {
  const { variant, generator } = stage1;
  return { ...stage1, generator: { ...generator, sentenceDim, variant } };
}

/** Checks a configuration from a file. Throws `CONFIG_INVALID` naming the first wrong field. */
export function parseStackganConfig(value: unknown, source: string): StackganConfig {
  const result = stackganConfigSchema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.join('.') || 'the whole file';
  throw new WordbrushError(
    'CONFIG_INVALID',
    `${source}: ${field}: ${issue?.message ?? 'not a configuration'}.`,
    {
      details: { source, field },
    },
  );
}
