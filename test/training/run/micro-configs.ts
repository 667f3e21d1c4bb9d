import type { AttnganConfig } from '../../../src/training/run/config/attngan-config.js';
import type { StackganConfig } from '../../../src/training/run/config/stackgan-config.js';
import type { StackganPlusPlusConfig } from '../../../src/training/run/config/stackgan-pp-config.js';
import type {
  CharCnnRnnEncoderConfig,
  ContrastiveEncoderConfig,
  DamsmEncoderConfig,
} from '../../../src/training/run/config/text-encoder-config.js';
import { ATTNGAN_PRESETS } from '../../../src/training/run/presets/attngan.js';
import { findPreset } from '../../../src/training/run/presets/find-preset.js';
import { STACKGAN_PRESETS } from '../../../src/training/run/presets/stackgan.js';
import { STACKGAN_PP_PRESETS } from '../../../src/training/run/presets/stackgan-pp.js';
import {
  CONTRASTIVE_ENCODERS,
  DAMSM_ENCODERS,
  TINY_CHAR_CNN_RNN,
} from '../../../src/training/run/presets/text-encoders.js';

// The `tiny` presets at widths that a test trains in seconds.

const tiny = { preset: 'tiny' };
const often = { sampleEverySteps: 4, checkpointEverySteps: 4, keepBest: null };
const tinyStackgan = findPreset(STACKGAN_PRESETS, tiny);

export const MICRO_CONTRASTIVE: ContrastiveEncoderConfig = {
  ...CONTRASTIVE_ENCODERS.tiny,
  embeddingDim: 16,
  sentenceDim: 16,
  steps: 30,
  batchSize: 16,
};

export const MICRO_DAMSM: DamsmEncoderConfig = {
  ...DAMSM_ENCODERS.tiny,
  embeddingDim: 16,
  sentenceDim: 16,
  embeddingDropout: 0.1,
  trunk: { network: 'efficientnet-lite0', imageSize: 64 },
  steps: 12,
  batchSize: 16,
};

export const MICRO_CHAR_CNN_RNN: CharCnnRnnEncoderConfig = {
  ...TINY_CHAR_CNN_RNN,
  cnnDim: 8,
  sentenceDim: 16,
  steps: 4,
  batchSize: 8,
};

export const MICRO_STACKGAN: StackganConfig = {
  ...tinyStackgan,
  ...often,
  textEncoder: MICRO_CONTRASTIVE,
  stage1: {
    ...tinyStackgan.stage1,
    generator: { baseWidth: 4, zDim: 8, conditionDim: 8, conditioningActivation: 'linear' },
    discriminator: { ...tinyStackgan.stage1.discriminator, baseWidth: 4, projectionDim: 8 },
    batchSize: 8,
    steps: 8,
  },
  stage2: null,
};

export const MICRO_STAGE2: NonNullable<StackganConfig['stage2']> = {
  ...tinyStackgan.stage2,
  generator: { baseWidth: 4, conditionDim: 8, conditioningActivation: 'linear', residualBlocks: 1 },
  discriminator: { ...tinyStackgan.stage2.discriminator, baseWidth: 4, projectionDim: 8 },
  batchSize: 4,
  steps: 4,
};

export const MICRO_STACKGAN_PP: StackganPlusPlusConfig = {
  ...findPreset(STACKGAN_PP_PRESETS, tiny),
  ...often,
  textEncoder: MICRO_CONTRASTIVE,
  text: { conditionDim: 8 },
  generator: { zDim: 8, baseWidth: 4, residualBlocks: 1, branches: 2 },
  discriminator: { baseWidth: 4, normalization: 'spectral' },
  batchSize: 4,
  steps: 4,
};

export const MICRO_ATTNGAN: AttnganConfig = {
  ...findPreset(ATTNGAN_PRESETS, tiny),
  ...often,
  textEncoder: MICRO_DAMSM,
  generator: {
    conditionDim: 8,
    zDim: 8,
    baseWidth: 4,
    residualBlocks: 1,
    branches: 2,
    images: 'every',
  },
  discriminator: { baseWidth: 4, normalization: 'spectral', unconditionalHead: true },
  batchSize: 4,
  steps: 4,
};

/** 48 captioned pictures of the emoji data set. */
export const EMOJI_SAMPLE = new URL('../../fixtures/emoji-sample', import.meta.url).pathname;
