import type { StackganConfig } from '../config.js';

/**
 * A Stage-I that two CPU cores train in hours on one or two thousand pictures. Against the official settings: hinge
 * loss, spectral instead of batch normalisation in the discriminator, a second head that judges the picture alone,
 * differentiable augmentation, a moving average of the generator; all of them because the data set is small.
 */
const tiny: StackganConfig = {
  architecture: 'stackgan',
  preset: 'tiny',
  seed: 1,
  captions: 'labelAndTags',
  textEncoder: {
    embeddingDim: 128,
    sentenceDim: 128,
    normalizeSentence: true,
    maxLength: 18,
    steps: 1500,
    batchSize: 128,
    learningRate: 2e-3,
    sharpness: 16,
  },
  stage1: {
    variant: 'pytorch',
    generator: { baseWidth: 32, zDim: 64, conditionDim: 64, conditioningActivation: 'linear' },
    discriminator: {
      baseWidth: 32,
      normalization: 'spectral',
      condition: 'sentence',
      projectionDim: 64,
      unconditionalHead: true,
    },
    loss: 'hinge',
    // Measured from the official start (variance 1, weight 1): after 2,000 steps the condition carries some 9 bits, too
    // few to tell 1,253 pictures apart.
    klWeight: 0.01,
    initialLogVariance: -2.5,
    batchSize: 32,
    generatorLearningRate: 2e-4,
    discriminatorLearningRate: 4e-4,
    halveLearningRateEveryEpochs: null,
    averageDecay: 0.998,
    augmentation: { shiftPixels: 8, cutPixels: 20, flip: true },
    steps: 20_000,
  },
  sampleEverySteps: 500,
  checkpointEverySteps: 500,
};

/** Stage-I as the official PyTorch code sets it (`cfg/coco_s1.yml` with the widths of the paper's CUB model). */
const paper: StackganConfig = {
  architecture: 'stackgan',
  preset: 'paper',
  seed: 1,
  captions: 'any',
  textEncoder: {
    embeddingDim: 300,
    sentenceDim: 256,
    normalizeSentence: false,
    maxLength: 18,
    steps: 80_000,
    batchSize: 48,
    learningRate: 2e-3,
    sharpness: 10,
  },
  stage1: {
    variant: 'pytorch',
    generator: { baseWidth: 128, zDim: 100, conditionDim: 128, conditioningActivation: 'relu' },
    discriminator: {
      baseWidth: 64,
      normalization: 'batch',
      condition: 'mean',
      projectionDim: null,
      unconditionalHead: false,
    },
    loss: 'bce',
    klWeight: 2,
    batchSize: 64,
    generatorLearningRate: 2e-4,
    discriminatorLearningRate: 2e-4,
    halveLearningRateEveryEpochs: 100,
    averageDecay: 0,
    augmentation: { shiftPixels: 0, cutPixels: 0, flip: true },
    steps: 82_800,
  },
  sampleEverySteps: 1000,
  checkpointEverySteps: 1000,
};

export const STACKGAN_PRESETS = { tiny, paper } as const;
