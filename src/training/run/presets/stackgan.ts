import type { DatasetName } from '../config/preset-fields.js';
import { KEEP_BEST } from '../config/run-fields.js';
import type { StackganConfig } from '../config/stackgan-config.js';
import { officialSteps } from './official-steps.js';
import { CONTRASTIVE_ENCODERS, officialCharCnnRnn } from './text-encoders.js';

type Stage1 = StackganConfig['stage1'];
type Stage2 = NonNullable<StackganConfig['stage2']>;
/** With both stages, as all presets have them. */
type TwoStages = StackganConfig & { stage2: Stage2 };

const RUN = {
  architecture: 'stackgan',
  preset: 'paper',
  seed: 1,
  captions: 'any',
  sampleEverySteps: 1000,
  checkpointEverySteps: 1000,
  keepCheckpoints: 2,
  captionMixing: 0,
  keepBest: KEEP_BEST,
} as const;

/** What all official configurations have in common. */
const OFFICIAL_TRAINING = {
  loss: 'bce',
  klWeight: 2,
  initialLogVariance: 0,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0,
  realPenalty: null,
  reconstructionWeight: 0,
  augmentation: { shiftPixels: 0, cutPixels: 0, flip: true },
} as const;

/**
 * The code of the paper (hanzhanggit/StackGAN), which draws birds and flowers. Its four captions a picture, averaged,
 * are a matter of the data.
 */
function tensorflowPaper(dataset: DatasetName): TwoStages {
  const training = { ...OFFICIAL_TRAINING, batchSize: 64, steps: officialSteps(600, dataset, 64) };
  const conditioning = { conditionDim: 128, conditioningActivation: 'leakyRelu' } as const;
  const discriminator = {
    baseWidth: 64,
    normalization: 'batch',
    condition: 'sentence',
    projectionDim: 128,
    unconditionalHead: false,
  } as const;
  return {
    ...RUN,
    dataset,
    variant: 'tensorflow',
    textEncoder: officialCharCnnRnn(dataset),
    wrongPairs: 'pictures',
    stage1: {
      ...training,
      generator: { baseWidth: 128, zDim: 100, ...conditioning },
      discriminator,
      halveLearningRateEveryEpochs: 50,
    },
    stage2: {
      ...training,
      imageSize: 256,
      generator: { baseWidth: 128, residualBlocks: 4, ...conditioning },
      discriminator: { ...discriminator, headCombination: 'mean' },
      halveLearningRateEveryEpochs: 100,
    },
  };
}

interface PytorchWidths {
  generatorWidth: number;
  discriminatorWidth: number;
  residualBlocks: number;
}

interface PytorchSchedule {
  batchSize: [stage1: number, stage2: number];
  epochs: [stage1: number, stage2: number];
  halveLearningRateEveryEpochs: number;
}

/** hanzhanggit/StackGAN-Pytorch. */
function pytorchPaper(
  dataset: DatasetName,
  { generatorWidth, discriminatorWidth, residualBlocks }: PytorchWidths,
  { batchSize, epochs, halveLearningRateEveryEpochs }: PytorchSchedule,
): TwoStages {
  const training = { ...OFFICIAL_TRAINING, halveLearningRateEveryEpochs } as const;
  const conditioning = { conditionDim: 128, conditioningActivation: 'relu' } as const;
  const discriminator = {
    baseWidth: discriminatorWidth,
    normalization: 'batch',
    condition: 'mean',
    projectionDim: null,
  } as const;
  return {
    ...RUN,
    dataset,
    variant: 'pytorch',
    textEncoder: officialCharCnnRnn(dataset),
    wrongPairs: 'shifted',
    stage1: {
      ...training,
      generator: { baseWidth: generatorWidth, zDim: 100, ...conditioning },
      discriminator: { ...discriminator, unconditionalHead: false },
      batchSize: batchSize[0],
      steps: officialSteps(epochs[0], dataset, batchSize[0]),
    },
    stage2: {
      ...training,
      imageSize: 256,
      generator: { baseWidth: generatorWidth, residualBlocks, ...conditioning },
      discriminator: { ...discriminator, unconditionalHead: true, headCombination: 'mean' },
      batchSize: batchSize[1],
      steps: officialSteps(epochs[1], dataset, batchSize[1]),
    },
  };
}

/** The PyTorch code as its defaults size it, with the batches and epochs of the paper: it has no official run on these. */
function pytorchLikePaper(dataset: DatasetName): TwoStages {
  const widths = { generatorWidth: 128, discriminatorWidth: 64, residualBlocks: 4 };
  const schedule: PytorchSchedule = {
    batchSize: [64, 64],
    epochs: [600, 600],
    halveLearningRateEveryEpochs: 100,
  };
  return pytorchPaper(dataset, widths, schedule);
}

const coco = pytorchPaper(
  'coco',
  { generatorWidth: 192, discriminatorWidth: 96, residualBlocks: 2 },
  { batchSize: [128, 40], epochs: [120, 100], halveLearningRateEveryEpochs: 20 },
);

/** Half the official width, trained as the official PyTorch code does. */
function smallPreset(): TwoStages {
  const { stage1, stage2, ...official } = pytorchLikePaper('cub');
  return {
    ...official,
    preset: 'small',
    dataset: null,
    textEncoder: CONTRASTIVE_ENCODERS.small,
    stage1: narrowed(stage1, { batchSize: 64, steps: 60_000 }),
    stage2: narrowed(stage2, { batchSize: 16, steps: 60_000 }),
  };
}

function narrowed<Stage extends Stage1 | Stage2>(
  stage: Stage,
  schedule: { batchSize: number; steps: number },
): Stage {
  return {
    ...stage,
    ...schedule,
    generator: { ...stage.generator, baseWidth: 64 },
    discriminator: { ...stage.discriminator, baseWidth: 32 },
  };
}

/**
 * A Stage-I that two CPU cores train in hours on one or two thousand pictures. Against the official settings: hinge
 * loss, spectral instead of batch normalisation in the discriminator, a second head that judges the picture alone,
 * differentiable augmentation, a moving average of the generator; all of them because the data set is small.
 */
const tinyStage1: Stage1 = {
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
  realPenalty: null,
  reconstructionWeight: 0,
  augmentation: { shiftPixels: 8, cutPixels: 20, flip: true },
  steps: 20_000,
};

/** 64 and 128 pixels; Stage-II departs from the official code as Stage-I does. */
const tiny: TwoStages = {
  ...RUN,
  preset: 'tiny',
  dataset: null,
  captions: 'labelAndTags',
  sampleEverySteps: 500,
  checkpointEverySteps: 500,
  variant: 'pytorch',
  textEncoder: CONTRASTIVE_ENCODERS.tiny,
  wrongPairs: 'shifted',
  stage1: tinyStage1,
  stage2: {
    ...tinyStage1,
    imageSize: 128,
    generator: { baseWidth: 16, conditionDim: 64, conditioningActivation: 'linear', residualBlocks: 2 },
    discriminator: { ...tinyStage1.discriminator, baseWidth: 16, headCombination: 'sum' },
    batchSize: 16,
  },
};

/** Both stages of StackGAN: official configurations first. */
export const STACKGAN_PRESETS: readonly TwoStages[] = [
  pytorchLikePaper('cub'),
  tensorflowPaper('cub'),
  coco,
  pytorchLikePaper('oxford-102'),
  tensorflowPaper('oxford-102'),
  smallPreset(),
  tiny,
];
