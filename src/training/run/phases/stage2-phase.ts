import * as tf from '@tensorflow/tfjs';
import { buildStage1Generator, type Stage1Generator } from '../../architectures/stackgan/stage1-generator.js';
import { drawStage1 } from '../../architectures/stackgan/stage1-trainer.js';
import { drawStage2, type Stage2Batch, Stage2Trainer } from '../../architectures/stackgan/stage2-trainer.js';
import { variablesOf } from '../../weights/named-variables.js';
import { loadAveragedWeights } from '../checkpoint.js';
import {
  type StackganConfig,
  type Stage2Config,
  stage1Options,
  stage2Options,
} from '../config/stackgan-config.js';
import { type DrawingSetup, noiseRows, sentencesOnly } from '../drawing-setup.js';
import { PictureBatches } from '../picture-batches.js';
import { randomStream } from '../random-streams.js';
import { besideOneAnother, gridPath, writeSampleGrid } from '../sample-grid.js';
import { samplePictures } from '../sample-prompts.js';
import { tensorsOf } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase, type TrainingPhase } from '../training-phase.js';
import { halvedRate, onlyScale } from './stage1-phase.js';

/** Sample grids have four prompts a row, each with the picture of both stages. */
const COLUMNS = 8;

/** Trains Stage-II of StackGAN behind the run's Stage-I, whose averaged weights stay as they are. */
export async function stage2Phase(
  config: StackganConfig,
  stage2: Stage2Config,
  setup: DrawingSetup,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const stage1 = buildStage1Generator(stage1Options(config).generator);
  await loadAveragedWeights(
    setup.folder.main.checkpoints,
    variablesOf(stage1.model, { prefix: stage1.model.name }),
  );
  const random = randomStream(config.seed, 'stage2', 0);
  const trainer = new Stage2Trainer(stage2Options(config, stage2), stage1, random);
  try {
    return await runPhase(trainingPhase(config, stage2, { ...setup, trainer, stage1 }), context);
  } finally {
    trainer.dispose();
  }
}

interface Stage2Setup extends DrawingSetup {
  trainer: Stage2Trainer;
  stage1: Stage1Generator;
}

function trainingPhase(
  config: StackganConfig,
  stage2: Stage2Config,
  setup: Stage2Setup,
): TrainingPhase<Stage2Batch> {
  const { seed, wrongPairs } = config;
  const { zDim, conditionDim: stage1ConditionDim } = config.stage1.generator;
  const { batchSize, augmentation, halveLearningRateEveryEpochs, generator } = stage2;
  const { flip } = augmentation;
  const batches = new PictureBatches({
    ...setup,
    batchSize,
    steps: stage2.steps,
    seed,
    stage: 'stage2',
    flip,
    wrongPictures: wrongPairs === 'pictures',
  });
  return {
    name: 'stage 2',
    folder: setup.folder.stage2,
    trainer: setup.trainer,
    steps: stage2.steps,
    batchSize: batches.batchSize,
    epochOf: (step) => batches.epochOf(step),
    randomAt: (step) => randomStream(seed, 'stage2', step),
    batchAt: async (step, random) => {
      const { indices, images, wrongImages } = await batches.at(step);
      const sentences = sentencesOnly(setup.text.draw(indices, random));
      const rows = indices.length;
      return {
        images: onlyScale(images),
        wrongImages: wrongPairs === 'pictures' ? onlyScale(wrongImages) : undefined,
        sentences,
        z: noiseRows(random, rows, zDim),
        stage1Eps: noiseRows(random, rows, stage1ConditionDim),
        eps: noiseRows(random, rows, generator.conditionDim),
      };
    },
    disposeBatch: ({ images, wrongImages, sentences, z, stage1Eps, eps }) =>
      tf.dispose([images, ...(wrongImages === undefined ? [] : [wrongImages]), sentences, z, stage1Eps, eps]),
    learningRateFactorAt: (step) => halvedRate(batches.epochOf(step), halveLearningRateEveryEpochs),
    checkpointEverySteps: config.checkpointEverySteps,
    keepCheckpoints: config.keepCheckpoints,
    samples: {
      everySteps: config.sampleEverySteps,
      write: (step) => writeSamples(config, stage2, setup, step),
    },
  };
}

/** The same prompts and noise every time; Stage-I's picture beside Stage-II's. */
async function writeSamples(
  { seed, stage1 }: StackganConfig,
  stage2: Stage2Config,
  setup: Stage2Setup,
  step: number,
): Promise<string> {
  const { folder, text, pictures, trainer } = setup;
  const random = randomStream(seed, 'samples', 0);
  const prompts = samplePictures(pictures.count, random);
  const vectors = text.first(prompts);
  const grid = tf.tidy(() => {
    const noise = (dim: number) => noiseRows(random, prompts.length, dim);
    const { zDim, conditionDim } = stage1.generator;
    const { sentences } = vectors;
    const small = drawStage1(setup.stage1, sentences, noise(zDim), noise(conditionDim));
    const eps = noise(stage2.generator.conditionDim);
    const large = trainer.withAveragedWeights(() => drawStage2(trainer.generator, small, sentences, eps));
    return besideOneAnother([small, large]);
  });
  const path = gridPath(folder.stage2, step);
  try {
    await writeSampleGrid(grid, COLUMNS, path);
  } finally {
    tf.dispose([...tensorsOf(vectors), grid]);
  }
  return path;
}
