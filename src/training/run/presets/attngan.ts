import type { AttnganConfig } from '../config/attngan-config.js';
import { KEEP_BEST } from '../config/run-fields.js';
import { officialSteps } from './official-steps.js';
import { DAMSM_ENCODERS } from './text-encoders.js';

/** What all official configurations have in common. Their gammas are not those of the paper, whose gamma1 is 5. */
const OFFICIAL = {
  architecture: 'attngan',
  preset: 'paper',
  seed: 1,
  captions: 'any',
  sampleEverySteps: 1000,
  checkpointEverySteps: 1000,
  keepCheckpoints: 2,
  captionMixing: 0,
  keepBest: KEEP_BEST,
  variant: 'attngan',
  loss: 'bce',
  klWeight: 1,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0.999,
  realPenalty: null,
  reconstructionWeight: 0,
  augmentation: { shiftPixels: 0, cutPixels: 0, flip: true },
  initialLogVariance: 0,
  compat: { attentionMask: 'perImage', wordScore: 'official' },
} as const;

const GAMMAS = { gamma1: 4, gamma2: 5, gamma3: 10 };

const birds: AttnganConfig = {
  ...OFFICIAL,
  dataset: 'cub',
  textEncoder: DAMSM_ENCODERS.birds,
  maxLength: 18,
  generator: {
    conditionDim: 100,
    zDim: 100,
    baseWidth: 32,
    residualBlocks: 2,
    branches: 3,
    images: 'every',
  },
  discriminator: { baseWidth: 64, normalization: 'batch', unconditionalHead: true },
  batchSize: 20,
  steps: officialSteps(600, 'cub', 20),
  similarity: { weight: 5, ...GAMMAS },
};

const coco: AttnganConfig = {
  ...birds,
  dataset: 'coco',
  textEncoder: DAMSM_ENCODERS.coco,
  maxLength: 12,
  generator: { ...birds.generator, baseWidth: 48, residualBlocks: 3 },
  discriminator: { ...birds.discriminator, baseWidth: 96 },
  batchSize: 14,
  steps: officialSteps(120, 'coco', 14),
  similarity: { weight: 50, ...GAMMAS },
};

/** AttnDCGAN, the paper's simpler model: no residual blocks, and one picture of 256 pixels. */
const attnDcgan: AttnganConfig = {
  ...birds,
  variant: 'attn-dcgan',
  generator: { ...birds.generator, residualBlocks: 0, images: 'last' },
  discriminator: { ...birds.discriminator, unconditionalHead: false },
  batchSize: 30,
  steps: officialSteps(400, 'cub', 30),
  similarity: { weight: 1, ...GAMMAS },
};

/** Half the official width of CUB, otherwise as the official code trains. */
const small: AttnganConfig = {
  ...birds,
  preset: 'small',
  dataset: null,
  textEncoder: DAMSM_ENCODERS.small,
  generator: { ...birds.generator, baseWidth: 16 },
  discriminator: { ...birds.discriminator, baseWidth: 32 },
  steps: 100_000,
};

/**
 * 64 and 128 pixels, for one or two thousand pictures on two CPU cores: hinge loss and spectral normalisation,
 * differentiable augmentation, and little divergence, so that a condition can tell so few pictures apart.
 */
const tiny: AttnganConfig = {
  ...small,
  preset: 'tiny',
  captions: 'labelAndTags',
  sampleEverySteps: 500,
  checkpointEverySteps: 500,
  textEncoder: DAMSM_ENCODERS.tiny,
  generator: { ...small.generator, conditionDim: 64, zDim: 64, residualBlocks: 1, branches: 2 },
  discriminator: { baseWidth: 16, normalization: 'spectral', unconditionalHead: true },
  loss: 'hinge',
  klWeight: 0.01,
  initialLogVariance: -2.5,
  discriminatorLearningRate: 4e-4,
  averageDecay: 0.998,
  augmentation: { shiftPixels: 8, cutPixels: 20, flip: true },
  batchSize: 16,
  steps: 40_000,
  similarity: { weight: 1, ...GAMMAS },
};

/** Official configurations first. */
export const ATTNGAN_PRESETS: readonly AttnganConfig[] = [birds, attnDcgan, coco, small, tiny];
