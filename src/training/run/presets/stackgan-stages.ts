import type { DatasetName } from '../config/preset-fields.js';
import type { StackganPreset } from '../config/stackgan-preset.js';
import { officialSteps } from './official-steps.js';
import { STACKGAN_PRESETS } from './stackgan.js';

type Stage1 = StackganPreset['stage1'];
type Stage2 = StackganPreset['stage2'];

/** What all official configurations have in common. */
const OFFICIAL_TRAINING = {
  loss: 'bce',
  klWeight: 2,
  generatorLearningRate: 2e-4,
  discriminatorLearningRate: 2e-4,
  averageDecay: 0,
  augmentation: { shiftPixels: 0, cutPixels: 0, flip: true },
} as const;

function officialText(dataset: DatasetName): StackganPreset['text'] {
  const recurrence = dataset === 'oxford-102' ? 'relu' : 'gru';
  return { encoder: 'char-cnn-rnn', recurrence, sentenceDim: 1024 };
}

/**
 * The code of the paper (hanzhanggit/StackGAN), which draws birds and flowers. Its four captions a picture, averaged,
 * are a matter of the data.
 */
function tensorflowPaper(dataset: DatasetName): StackganPreset {
  const variant = 'tensorflow';
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
    architecture: 'stackgan',
    preset: 'paper',
    dataset,
    variant,
    text: officialText(dataset),
    wrongPairs: 'pictures',
    stage1: {
      ...training,
      variant,
      generator: { baseWidth: 128, zDim: 100, ...conditioning },
      discriminator,
      halveLearningRateEveryEpochs: 50,
    },
    stage2: {
      ...training,
      variant,
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
): StackganPreset {
  const variant = 'pytorch';
  const training = { ...OFFICIAL_TRAINING, variant, halveLearningRateEveryEpochs } as const;
  const conditioning = { conditionDim: 128, conditioningActivation: 'relu' } as const;
  const discriminator = {
    baseWidth: discriminatorWidth,
    normalization: 'batch',
    condition: 'mean',
    projectionDim: null,
  } as const;
  return {
    architecture: 'stackgan',
    preset: 'paper',
    dataset,
    variant,
    text: officialText(dataset),
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
      generator: { baseWidth: generatorWidth, residualBlocks, ...conditioning },
      discriminator: { ...discriminator, unconditionalHead: true, headCombination: 'mean' },
      batchSize: batchSize[1],
      steps: officialSteps(epochs[1], dataset, batchSize[1]),
    },
  };
}

/** The PyTorch code as its defaults size it, with the batches and epochs of the paper: it has no official run on these. */
function pytorchLikePaper(dataset: DatasetName): StackganPreset {
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

const BI_LSTM = { encoder: 'bi-lstm', vocabularySize: null, maxLength: 18 } as const;

/** Half the official width, trained as the official PyTorch code does. */
function smallPreset(): StackganPreset {
  const { stage1, stage2, ...official } = pytorchLikePaper('cub');
  return {
    ...official,
    preset: 'small',
    dataset: null,
    text: { ...BI_LSTM, embeddingDim: 300, sentenceDim: 256 },
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

/** Stage-I of the preset that two CPU cores train in hours, and a Stage-II that departs from the official code like it. */
function tinyPreset(): StackganPreset {
  const { stage1, textEncoder } = STACKGAN_PRESETS.tiny;
  const { embeddingDim, sentenceDim, maxLength } = textEncoder;
  return {
    architecture: 'stackgan',
    preset: 'tiny',
    dataset: null,
    variant: 'pytorch',
    text: { ...BI_LSTM, embeddingDim, sentenceDim, maxLength },
    wrongPairs: 'shifted',
    stage1,
    stage2: {
      ...stage1,
      generator: { baseWidth: 16, conditionDim: 64, conditioningActivation: 'linear', residualBlocks: 2 },
      discriminator: { ...stage1.discriminator, baseWidth: 8, headCombination: 'sum' },
      batchSize: 8,
      augmentation: { shiftPixels: 32, cutPixels: 80, flip: true },
    },
  };
}

/** Both stages of StackGAN: official configurations first. */
export function stackganPresets(): StackganPreset[] {
  return [
    pytorchLikePaper('cub'),
    tensorflowPaper('cub'),
    coco,
    pytorchLikePaper('oxford-102'),
    tensorflowPaper('oxford-102'),
    smallPreset(),
    tinyPreset(),
  ];
}
