import { z } from 'zod';
import type { Stage1Options } from '../../architectures/stackgan/stage1-trainer.js';
import type { Stage2Options } from '../../architectures/stackgan/stage2-trainer.js';
import type { StackganVariant } from '../../architectures/stackgan/variant.js';
import { adversarialTraining, discriminatorWidth, positiveInteger, presetKey } from './preset-fields.js';
import { augmentationSchema, drawingRunFields, initialLogVariance } from './run-fields.js';
import { textEncoderSchema } from './text-encoder-config.js';

const conditioning = {
  /** Size of the condition; each stage draws its own. */
  conditionDim: positiveInteger,
  conditioningActivation: z.enum(['relu', 'leakyRelu', 'linear']),
};

const discriminator = {
  ...discriminatorWidth,
  /** What the conditional head sees: the augmentation's mean (PyTorch) or the sentence vector (TensorFlow). */
  condition: z.enum(['mean', 'sentence']),
  /** Size of the head's own linear layer on the condition, or null for none; 128 in the TensorFlow code. */
  projectionDim: positiveInteger.nullable(),
  /** A head that judges the picture alone. Officially Stage-II in PyTorch is the only one to have it. */
  unconditionalHead: z.boolean(),
};

const stageTraining = {
  ...adversarialTraining,
  initialLogVariance,
  /** Both learning rates are halved after every so many epochs, or never (null). */
  halveLearningRateEveryEpochs: positiveInteger.nullable(),
  augmentation: augmentationSchema,
};

// The start is a bias, which is the log variance itself only without an activation behind it.
const startNeedsLinear = {
  path: ['initialLogVariance'],
  error: 'other than 0 needs conditioningActivation "linear"',
};

interface StartedStage {
  generator: { conditioningActivation: string };
  initialLogVariance: number;
}

function canStart({ generator, initialLogVariance: start }: StartedStage): boolean {
  return start === 0 || generator.conditioningActivation === 'linear';
}

const stage1Schema = z
  .strictObject({
    generator: z.strictObject({
      /** GF_DIM of the official code; the 4×4 map has 8 times as many channels. */
      baseWidth: positiveInteger,
      zDim: positiveInteger,
      ...conditioning,
    }),
    discriminator: z.strictObject(discriminator),
    ...stageTraining,
  })
  .refine(canStart, startNeedsLinear);

const stage2Schema = z
  .strictObject({
    /** Side of its pictures, pixels; 256 in the official code. */
    imageSize: z.union([z.literal(128), z.literal(256)]),
    generator: z.strictObject({
      /** GF_DIM of the official code; the residual blocks have 4 times as many channels, the last map a quarter. */
      baseWidth: z.int().min(4),
      ...conditioning,
      /** R_NUM of the official code: 4, for COCO 2. */
      residualBlocks: positiveInteger,
    }),
    discriminator: z.strictObject({
      ...discriminator,
      /** How the losses of two heads add up: `mean` as in the official PyTorch code. */
      headCombination: z.enum(['mean', 'sum']),
    }),
    ...stageTraining,
  })
  .refine(canStart, startNeedsLinear);

/** A StackGAN: Stage-I, and behind it Stage-II, where there is one. */
export const stackganConfigSchema = z
  .strictObject({
    architecture: z.literal('stackgan'),
    ...presetKey,
    ...drawingRunFields,
    /** Which official code both stages follow. */
    variant: z.enum(['pytorch', 'tensorflow'] satisfies StackganVariant[]),
    textEncoder: textEncoderSchema,
    /** Real pictures with a wrong text: pictures of their own (TensorFlow), or each with the next one's text (PyTorch). */
    wrongPairs: z.enum(['pictures', 'shifted']),
    stage1: stage1Schema,
    /** Null for a model of 64 pixels. */
    stage2: stage2Schema.nullable(),
  })
  .refine(({ variant, stage2 }) => variant === 'pytorch' || stage2 === null || stage2.imageSize === 256, {
    path: ['stage2', 'imageSize'],
    error: 'is 256 in the variant "tensorflow"',
  });

export type StackganConfig = z.infer<typeof stackganConfigSchema>;
export type Stage2Config = z.infer<typeof stage2Schema>;

/** What `Stage1Trainer` takes. */
export function stage1Options({ stage1, variant, textEncoder }: StackganConfig): Stage1Options {
  const { sentenceDim } = textEncoder;
  return { ...stage1, generator: { ...stage1.generator, sentenceDim, variant } };
}

/** What `Stage2Trainer` takes, of a configuration that has a Stage-II. */
export function stage2Options(
  { variant, textEncoder }: Pick<StackganConfig, 'variant' | 'textEncoder'>,
  stage2: Stage2Config,
): Stage2Options {
  const { generator, imageSize } = stage2;
  const { sentenceDim } = textEncoder;
  return { ...stage2, generator: { ...generator, sentenceDim, variant, imageSize } };
}

/** The configuration of a run that was begun before text encoders had kinds and StackGAN a second stage. */
export function fromFirstForm(value: unknown): unknown {
  const first = firstFormSchema.safeParse(value);
  if (!first.success) return value;
  const { textEncoder, stage1, ...fields } = first.data;
  const { variant = 'pytorch', ...stage } = stage1;
  return {
    ...fields,
    dataset: null,
    variant,
    textEncoder: { kind: 'contrastive', ...textEncoder },
    wrongPairs: 'shifted',
    stage1: stage,
    stage2: null,
  };
}

/** What tells that form from the one of today; the rest is checked afterwards. */
const firstFormSchema = z.looseObject({
  architecture: z.literal('stackgan'),
  textEncoder: z.looseObject({ kind: z.undefined().optional() }),
  stage1: z.looseObject({ variant: z.string().optional() }),
  stage2: z.undefined().optional(),
});
