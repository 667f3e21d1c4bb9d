import type { DatasetName } from '../config/preset-fields.js';
import { KEEP_BEST } from '../config/run-fields.js';
import type { StackganPlusPlusConfig } from '../config/stackgan-pp-config.js';
import { officialSteps } from './official-steps.js';
import { CONTRASTIVE_ENCODERS, officialCharCnnRnn } from './text-encoders.js';

/** What all official configurations have in common. */
const OFFICIAL = {
  architecture: 'stackgan-pp',
  preset: 'paper',
  seed: 1,
  captions: 'any',
  sampleEverySteps: 2000,
  checkpointEverySteps: 1000,
  keepCheckpoints: 2,
  captionMixing: 0,
  keepBest: KEEP_BEST,
  generator: { zDim: 100, baseWidth: 64, residualBlocks: 2, branches: 3 },
  discriminator: { baseWidth: 64, normalization: 'batch' },
  loss: 'bce',
  klWeight: 2,
  initialLogVariance: 0,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0.999,
  realPenalty: null,
  reconstructionWeight: 0,
  augmentation: { shiftPixels: 0, cutPixels: 0, flip: true },
  batchSize: 24,
  unconditionalWeight: 1,
  compat: { averageReplacesLive: false, finestColorsOnly: false },
} as const;

const birds: StackganPlusPlusConfig = {
  ...OFFICIAL,
  dataset: 'cub',
  textEncoder: officialCharCnnRnn('cub'),
  text: { conditionDim: 128 },
  colorWeight: 0,
  // The released model is that of step 210,000.
  steps: officialSteps(600, 'cub', OFFICIAL.batchSize),
};

/** Without text, where neighbouring scales must keep their colours. */
function unconditional(dataset: DatasetName, epochs: number): StackganPlusPlusConfig {
  return {
    ...OFFICIAL,
    dataset,
    textEncoder: null,
    text: null,
    colorWeight: 50,
    steps: officialSteps(epochs, dataset, OFFICIAL.batchSize),
  };
}

/** Half the official width, otherwise as the official code trains. */
const small: StackganPlusPlusConfig = {
  ...OFFICIAL,
  preset: 'small',
  dataset: null,
  textEncoder: CONTRASTIVE_ENCODERS.small,
  text: { conditionDim: 100 },
  generator: { ...OFFICIAL.generator, baseWidth: 32 },
  discriminator: { ...OFFICIAL.discriminator, baseWidth: 32 },
  colorWeight: 0,
  steps: 100_000,
};

/**
 * 64 and 128 pixels, for one or two thousand pictures on two CPU cores: hinge loss and spectral normalisation,
 * differentiable augmentation, and little divergence, so that a condition can tell so few pictures apart.
 */
const tiny: StackganPlusPlusConfig = {
  ...small,
  preset: 'tiny',
  captions: 'labelAndTags',
  sampleEverySteps: 500,
  checkpointEverySteps: 500,
  textEncoder: CONTRASTIVE_ENCODERS.tiny,
  text: { conditionDim: 64 },
  generator: { zDim: 64, baseWidth: 16, residualBlocks: 1, branches: 2 },
  discriminator: { baseWidth: 16, normalization: 'spectral' },
  loss: 'hinge',
  klWeight: 0.01,
  initialLogVariance: -2.5,
  discriminatorLearningRate: 4e-4,
  averageDecay: 0.998,
  augmentation: { shiftPixels: 8, cutPixels: 20, flip: true },
  batchSize: 16,
  steps: 40_000,
};

/** Official configurations first. */
export const STACKGAN_PP_PRESETS: readonly StackganPlusPlusConfig[] = [
  birds,
  unconditional('lsun-bedroom', 5),
  unconditional('lsun-church', 50),
  unconditional('imagenet-dog', 100),
  unconditional('imagenet-cat', 800),
  small,
  tiny,
];
