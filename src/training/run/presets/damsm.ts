import type { DamsmPreset } from '../config/damsm-preset.js';
import { officialSteps } from './official-steps.js';

/**
 * What both official configurations have in common. They run for up to 600 epochs, and the encoders that AttnGAN uses
 * were picked by hand from an earlier one: that is how long these presets train.
 */
const OFFICIAL = {
  architecture: 'damsm',
  preset: 'paper',
  trunk: { network: 'inception-v3', imageSize: 299 },
  gamma1: 4,
  gamma2: 5,
  gamma3: 10,
  batchSize: 48,
  learningRate: { start: 2e-3, decay: 0.98, end: 2e-4 },
  maxGradientNorm: 0.25,
  compat: { wordScore: 'official', alignCorners: true, restartOptimizerEachEpoch: false },
} as const;

const birds: DamsmPreset = {
  ...OFFICIAL,
  dataset: 'cub',
  textEncoder: {
    embeddingDim: 300,
    sentenceDim: 256,
    embeddingDropout: 0.5,
    vocabularySize: 5450,
    maxLength: 18,
  },
  steps: officialSteps(200, 'cub', OFFICIAL.batchSize),
};

const coco: DamsmPreset = {
  ...OFFICIAL,
  dataset: 'coco',
  textEncoder: { ...birds.textEncoder, vocabularySize: 27_297, maxLength: 15 },
  steps: officialSteps(100, 'coco', OFFICIAL.batchSize),
};

/** The official text encoder beside an image trunk of a tenth of the cost, which sees as many regions at 272 pixels. */
const small: DamsmPreset = {
  ...OFFICIAL,
  preset: 'small',
  dataset: null,
  textEncoder: { ...birds.textEncoder, vocabularySize: null },
  trunk: { network: 'efficientnet-lite0', imageSize: 272 },
  compat: { ...OFFICIAL.compat, alignCorners: false },
  steps: 20_000,
};

const tiny: DamsmPreset = {
  ...small,
  preset: 'tiny',
  textEncoder: {
    embeddingDim: 128,
    sentenceDim: 128,
    embeddingDropout: 0,
    vocabularySize: null,
    maxLength: 18,
  },
  steps: 5000,
};

/** Official configurations first. */
export const DAMSM_PRESETS: readonly DamsmPreset[] = [birds, coco, small, tiny];
