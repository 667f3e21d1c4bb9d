import type { StackganConfig } from '../../../src/training/run/config.js';
import { STACKGAN_PRESETS } from '../../../src/training/run/presets/stackgan.js';

/** The `tiny` preset at widths that a test trains in seconds. */
export const MICRO_CONFIG: StackganConfig = {
  ...STACKGAN_PRESETS.tiny,
  textEncoder: {
    ...STACKGAN_PRESETS.tiny.textEncoder,
    embeddingDim: 16,
    sentenceDim: 16,
    steps: 30,
    batchSize: 16,
  },
  stage1: {
    ...STACKGAN_PRESETS.tiny.stage1,
    generator: { baseWidth: 4, zDim: 8, conditionDim: 8, conditioningActivation: 'linear' },
    discriminator: { ...STACKGAN_PRESETS.tiny.stage1.discriminator, baseWidth: 4, projectionDim: 8 },
    batchSize: 8,
    steps: 8,
  },
  sampleEverySteps: 4,
  checkpointEverySteps: 4,
};

/** 48 captioned pictures of the emoji data set. */
export const EMOJI_SAMPLE = new URL('../../fixtures/emoji-sample', import.meta.url).pathname;
