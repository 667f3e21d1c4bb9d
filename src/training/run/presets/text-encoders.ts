import type { DatasetName } from '../config/preset-fields.js';
import type {
  CharCnnRnnEncoderConfig,
  ContrastiveEncoderConfig,
  DamsmEncoderConfig,
} from '../config/text-encoder-config.js';
import { officialSteps } from './official-steps.js';

/**
 * What both official configurations have in common. They run for up to 600 epochs, and the encoders that AttnGAN uses
 * were picked by hand from an earlier one: that is how long these presets train.
 */
const OFFICIAL = {
  kind: 'damsm',
  normalizeSentence: false,
  trunk: { network: 'inception-v3', imageSize: 299 },
  gamma1: 4,
  gamma2: 5,
  gamma3: 10,
  batchSize: 48,
  learningRate: { start: 2e-3, decay: 0.98, end: 2e-4 },
  maxGradientNorm: 0.25,
  flip: true,
  compat: { wordScore: 'official', alignCorners: true, restartOptimizerEachEpoch: false },
} as const;

const birds: DamsmEncoderConfig = {
  ...OFFICIAL,
  embeddingDim: 300,
  sentenceDim: 256,
  embeddingDropout: 0.5,
  vocabularySize: 5450,
  maxLength: 18,
  steps: officialSteps(200, 'cub', OFFICIAL.batchSize),
};

const coco: DamsmEncoderConfig = {
  ...birds,
  vocabularySize: 27_297,
  maxLength: 15,
  steps: officialSteps(100, 'coco', OFFICIAL.batchSize),
};

/** The official text encoder beside an image trunk of a tenth of the cost, which sees as many regions at 272 pixels. */
const small: DamsmEncoderConfig = {
  ...birds,
  vocabularySize: null,
  trunk: { network: 'efficientnet-lite0', imageSize: 272 },
  compat: { ...OFFICIAL.compat, alignCorners: false },
  steps: 20_000,
};

/** For two CPU cores: the trunk looks at 128 pixels, which is what the generator draws, and sees 8×8 regions. */
const tiny: DamsmEncoderConfig = {
  ...small,
  embeddingDim: 128,
  sentenceDim: 128,
  // A generator learns its text much sooner when it is of the size of its noise.
  normalizeSentence: true,
  trunk: { network: 'efficientnet-lite0', imageSize: 128 },
  steps: 1000,
};

export const DAMSM_ENCODERS = { birds, coco, small, tiny } as const;

/** The encoder that StackGAN and StackGAN++ were published with, trained as its own code does. */
export function officialCharCnnRnn(dataset: DatasetName): CharCnnRnnEncoderConfig {
  const batchSize = 40;
  const isOlder = dataset === 'oxford-102';
  return {
    kind: 'char-cnn-rnn',
    recurrence: isOlder ? 'relu' : 'gru',
    cnnDim: isOlder ? 256 : 512,
    sentenceDim: 1024,
    lowerCase: false,
    batchSize,
    learningRate: { start: 7e-4, decay: 0.98 },
    steps: officialSteps(200, dataset, batchSize),
  };
}

/** A character encoder of a tenth of the size, for encoders trained alone on one or two thousand pictures. */
const tinyCharCnnRnn: CharCnnRnnEncoderConfig = {
  ...officialCharCnnRnn('cub'),
  cnnDim: 128,
  sentenceDim: 128,
  lowerCase: true,
  steps: 4000,
};

const tinyContrastive: ContrastiveEncoderConfig = {
  kind: 'contrastive',
  embeddingDim: 128,
  sentenceDim: 128,
  normalizeSentence: true,
  maxLength: 18,
  steps: 1500,
  batchSize: 128,
  learningRate: 2e-3,
  sharpness: 16,
};

const smallContrastive: ContrastiveEncoderConfig = {
  ...tinyContrastive,
  embeddingDim: 300,
  sentenceDim: 256,
  steps: 10_000,
};

export const CONTRASTIVE_ENCODERS = { small: smallContrastive, tiny: tinyContrastive } as const;
export const TINY_CHAR_CNN_RNN = tinyCharCnnRnn;
