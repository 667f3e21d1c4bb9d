import type { DatasetName } from '../config/preset-fields.js';
import type { StackganPlusPlusPreset } from '../config/stackgan-pp-preset.js';
import { officialSteps } from './official-steps.js';

/** What all official configurations have in common. */
const OFFICIAL = {
  architecture: 'stackgan-pp',
  preset: 'paper',
  generator: { zDim: 100, baseWidth: 64, residualBlocks: 2, branches: 3 },
  discriminator: { baseWidth: 64, normalization: 'batch' },
  loss: 'bce',
  klWeight: 2,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0.999,
  batchSize: 24,
  unconditionalWeight: 1,
  compat: { averageReplacesLive: false },
} as const;

const birds: StackganPlusPlusPreset = {
  ...OFFICIAL,
  dataset: 'cub',
  text: { source: { encoder: 'char-cnn-rnn', recurrence: 'gru', sentenceDim: 1024 }, conditionDim: 128 },
  colorWeight: 0,
  // The released model is that of step 210,000.
  steps: officialSteps(600, 'cub', OFFICIAL.batchSize),
};

/** Without text, where neighbouring scales must keep their colours. */
function unconditional(dataset: DatasetName, epochs: number): StackganPlusPlusPreset {
  return {
    ...OFFICIAL,
    dataset,
    text: null,
    colorWeight: 50,
    steps: officialSteps(epochs, dataset, OFFICIAL.batchSize),
  };
}

/** Half the official width, otherwise as the official code trains. */
const small: StackganPlusPlusPreset = {
  ...OFFICIAL,
  preset: 'small',
  dataset: null,
  text: {
    source: {
      encoder: 'bi-lstm',
      embeddingDim: 300,
      sentenceDim: 256,
      vocabularySize: null,
      maxLength: 18,
    },
    conditionDim: 100,
  },
  generator: { ...OFFICIAL.generator, baseWidth: 32 },
  discriminator: { ...OFFICIAL.discriminator, baseWidth: 32 },
  colorWeight: 0,
  steps: 100_000,
};

/**
 * 64 and 128 pixels, for one or two thousand pictures on two CPU cores: hinge loss and spectral normalisation, and less
 * divergence, so that a condition can tell so few pictures apart.
 */
const tiny: StackganPlusPlusPreset = {
  ...small,
  preset: 'tiny',
  text: {
    source: {
      encoder: 'bi-lstm',
      embeddingDim: 128,
      sentenceDim: 128,
      vocabularySize: null,
      maxLength: 18,
    },
    conditionDim: 64,
  },
  generator: { zDim: 64, baseWidth: 16, residualBlocks: 1, branches: 2 },
  discriminator: { baseWidth: 16, normalization: 'spectral' },
  loss: 'hinge',
  klWeight: 0.1,
  discriminatorLearningRate: 4e-4,
  averageDecay: 0.998,
  batchSize: 16,
  steps: 20_000,
};

/** Official configurations first. */
export const STACKGAN_PP_PRESETS: readonly StackganPlusPlusPreset[] = [
  birds,
  unconditional('lsun-bedroom', 5),
  unconditional('lsun-church', 50),
  unconditional('imagenet-dog', 100),
  unconditional('imagenet-cat', 800),
  small,
  tiny,
];
