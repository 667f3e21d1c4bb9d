import { z } from 'zod';

/** Fields that the presets of all architectures have in common. */

export const positiveInteger = z.int().positive();
export const learningRate = z.number().positive().max(1);

/** Data sets that official configurations exist for. The last four are without text. */
export const datasetName = z.enum([
  'cub',
  'coco',
  'oxford-102',
  'lsun-bedroom',
  'lsun-church',
  'imagenet-dog',
  'imagenet-cat',
]);
export type DatasetName = z.infer<typeof datasetName>;

export const presetName = z.enum(['paper', 'small', 'tiny']);
export type PresetName = z.infer<typeof presetName>;

/** What a preset is found by. */
export const presetKey = {
  preset: presetName,
  /** The data set that an official configuration is for; null for presets that fit any. */
  dataset: datasetName.nullable(),
};

/** How a discriminator is built, where the architecture leaves a choice. */
export const discriminatorWidth = {
  /** DF_DIM of the official code: channels after the first convolution. */
  baseWidth: positiveInteger,
  /** `batch` as in the official code, or `spectral`, which trains more steadily on a small data set. */
  normalization: z.enum(['batch', 'spectral']),
};

/** How StackGAN++ and AttnGAN are trained, beside what is their own. */
export const adversarialTraining = {
  /** `bce` as in the official code, or `hinge`. */
  loss: z.enum(['bce', 'hinge']),
  /** Weight of the conditioning augmentation's divergence, a mean over batch and dimensions. */
  klWeight: z.number().min(0),
  generatorLearningRate: learningRate,
  discriminatorLearningRate: learningRate,
  /** Decay of the moving average of the generator's weights; 0 keeps none. */
  averageDecay: z.number().min(0).lt(1),
  /** R1, which keeps discriminators flat around real pictures; null for none. @default null, as in the official code */
  realPenalty: z
    .strictObject({
      /** Gamma: half of it times the mean squared length of the gradient joins the discriminator's loss. */
      weight: z.number().positive(),
      /** Steps from one penalty to the next, each as many times as heavy. @default 16 */
      everySteps: positiveInteger.default(16),
    })
    .nullable()
    .default(null),
  /**
   * Weight of the mean distance of a generated picture from the one that its caption belongs to, which draws few pictures
   * near far sooner than discriminators alone; the price is variety between seeds. @default 0, as in the official code
   */
  reconstructionWeight: z.number().min(0).default(0),
  batchSize: z.int().min(2),
  steps: positiveInteger,
};
