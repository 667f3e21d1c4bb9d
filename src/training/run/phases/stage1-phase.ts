import * as tf from '@tensorflow/tfjs';
import { drawStage1, type Stage1Batch, Stage1Trainer } from '../../architectures/stackgan/stage1-trainer.js';
import { type StackganConfig, stage1Options } from '../config/stackgan-config.js';
import { type DrawingSetup, noiseRows, sentencesOnly } from '../drawing-setup.js';
import { PictureBatches } from '../picture-batches.js';
import { randomStream } from '../random-streams.js';
import { gridPath, twice, writeSampleGrid } from '../sample-grid.js';
import { samplePictures } from '../sample-prompts.js';
import { tensorsOf } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase, type TrainingPhase } from '../training-phase.js';

/** Sample grids have four prompts a row, each with two noises. */
const COLUMNS = 8;

/** Trains Stage-I of StackGAN. */
export async function stage1Phase(
  config: StackganConfig,
  setup: DrawingSetup,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const trainer = new Stage1Trainer(stage1Options(config), randomStream(config.seed, 'stage1', 0));
  try {
    return await runPhase(trainingPhase(config, setup, trainer), context);
  } finally {
    trainer.dispose();
  }
}

function trainingPhase(
  config: StackganConfig,
  setup: DrawingSetup,
  trainer: Stage1Trainer,
): TrainingPhase<Stage1Batch> {
  const { seed, stage1, wrongPairs } = config;
  const { zDim, conditionDim } = stage1.generator;
  const { batchSize, augmentation, halveLearningRateEveryEpochs } = stage1;
  const { flip } = augmentation;
  const batches = new PictureBatches({
    ...setup,
    batchSize,
    steps: stage1.steps,
    seed,
    stage: 'stage1',
    flip,
    wrongPictures: wrongPairs === 'pictures',
  });
  return {
    name: 'stage 1',
    folder: setup.folder.main,
    warmStartFile: setup.folder.warmStartFile,
    trainer,
    steps: stage1.steps,
    batchSize: batches.batchSize,
    epochOf: (step) => batches.epochOf(step),
    randomAt: (step) => randomStream(seed, 'stage1', step),
    batchAt: async (step, random) => {
      const { indices, images, wrongImages } = await batches.at(step);
      const sentences = sentencesOnly(setup.text.draw(indices, random));
      return {
        images: onlyScale(images),
        wrongImages: wrongPairs === 'pictures' ? onlyScale(wrongImages) : undefined,
        sentences,
        z: noiseRows(random, indices.length, zDim),
        eps: noiseRows(random, indices.length, conditionDim),
      };
    },
    disposeBatch: ({ images, wrongImages, sentences, z, eps }) =>
      tf.dispose([images, ...(wrongImages === undefined ? [] : [wrongImages]), sentences, z, eps]),
    learningRateFactorAt: (step) => halvedRate(batches.epochOf(step), halveLearningRateEveryEpochs),
    checkpointEverySteps: config.checkpointEverySteps,
    keepCheckpoints: config.keepCheckpoints,
    samples: {
      everySteps: config.sampleEverySteps,
      write: (step) => writeSamples(config, setup, trainer, step),
    },
  };
}

/** What the learning rate is multiplied by where it is halved after every so many epochs, or never (null). */
export function halvedRate(epoch: number, everyEpochs: number | null): number {
  return everyEpochs === null ? 1 : 0.5 ** Math.floor(epoch / everyEpochs);
}

/** The tensor of a stage that has pictures of one side. */
export function onlyScale(images: readonly tf.Tensor4D[]): tf.Tensor4D {
  const [only] = images;
  if (only === undefined || images.length > 1) {
    throw new RangeError(`Expected pictures of one side, received ${images.length}.`);
  }
  return only;
}

/** The same prompts and noise every time, so that grids can be laid side by side. */
async function writeSamples(
  { seed, stage1 }: StackganConfig,
  { folder, text, pictures }: DrawingSetup,
  trainer: Stage1Trainer,
  step: number,
): Promise<string> {
  const { zDim, conditionDim } = stage1.generator;
  const random = randomStream(seed, 'samples', 0);
  const prompts = twice(samplePictures(pictures.count, random));
  const vectors = text.first(prompts);
  const z = noiseRows(random, prompts.length, zDim);
  const eps = noiseRows(random, prompts.length, conditionDim);
  const images = trainer.withAveragedWeights(() => drawStage1(trainer.generator, vectors.sentences, z, eps));
  const path = gridPath(folder.main, step);
  try {
    await writeSampleGrid(images, COLUMNS, path);
  } finally {
    tf.dispose([...tensorsOf(vectors), z, eps, images]);
  }
  return path;
}
