import type { AttnganPreset } from '../config/attngan-preset.js';
import { officialSteps } from './official-steps.js';

/** What all official configurations have in common. Their gammas are not those of the paper, whose gamma1 is 5. */
const OFFICIAL = {
  architecture: 'attngan',
  preset: 'paper',
  variant: 'attngan',
  loss: 'bce',
  klWeight: 1,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0.999,
  compat: { attentionMask: 'perImage', wordScore: 'official' },
} as const;

const GAMMAS = { gamma1: 4, gamma2: 5, gamma3: 10 };

const birds: AttnganPreset = {
  ...OFFICIAL,
  dataset: 'cub',
  maxLength: 18,
  generator: {
    sentenceDim: 256,
    wordDim: 256,
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

const coco: AttnganPreset = {
  ...birds,
  dataset: 'coco',
  maxLength: 12,
  generator: { ...birds.generator, baseWidth: 48, residualBlocks: 3 },
  discriminator: { ...birds.discriminator, baseWidth: 96 },
  batchSize: 14,
  steps: officialSteps(120, 'coco', 14),
  similarity: { weight: 50, ...GAMMAS },
};

/** AttnDCGAN, the paper's simpler model: no residual blocks, and one picture of 256 pixels. */
const attnDcgan: AttnganPreset = {
  ...birds,
  variant: 'attn-dcgan',
  generator: { ...birds.generator, residualBlocks: 0, images: 'last' },
  discriminator: { ...birds.discriminator, unconditionalHead: false },
  batchSize: 30,
  steps: officialSteps(400, 'cub', 30),
  similarity: { weight: 1, ...GAMMAS },
};

/** Half the official width of CUB, otherwise as the official code trains. */
const small: AttnganPreset = {
  ...birds,
  preset: 'small',
  dataset: null,
  generator: { ...birds.generator, baseWidth: 16 },
  discriminator: { ...birds.discriminator, baseWidth: 32 },
  steps: 100_000,
};

/**
 * 64 and 128 pixels, for one or two thousand pictures on two CPU cores: hinge loss and spectral normalisation, and less
 * divergence, so that a condition can tell so few pictures apart.
 */
const tiny: AttnganPreset = {
  ...small,
  preset: 'tiny',
  generator: {
    ...small.generator,
    sentenceDim: 128,
    wordDim: 128,
    conditionDim: 64,
    zDim: 64,
    residualBlocks: 1,
    branches: 2,
  },
  discriminator: { baseWidth: 16, normalization: 'spectral', unconditionalHead: true },
  loss: 'hinge',
  klWeight: 0.1,
  discriminatorLearningRate: 4e-4,
  averageDecay: 0.998,
  batchSize: 16,
  steps: 20_000,
};

/** Official configurations first. */
export const ATTNGAN_PRESETS: readonly AttnganPreset[] = [birds, attnDcgan, coco, small, tiny];
