import * as tf from '@tensorflow/tfjs';
import { applyGenerator } from '../../architectures/stackgan-pp/generator.js';
import { StackganPlusPlusTrainer } from '../../architectures/stackgan-pp/trainer.js';
import type { StackganPlusPlusBatch } from '../../architectures/stackgan-pp/training-step.js';
import { type StackganPlusPlusConfig, stackganPlusPlusOptions } from '../config/stackgan-pp-config.js';
import { type DrawingSetup, noiseRows, sentencesOnly } from '../drawing-setup.js';
import { PictureBatches } from '../picture-batches.js';
import { randomStream } from '../random-streams.js';
import { besideOneAnother, gridPath, writeSampleGrid } from '../sample-grid.js';
import { samplePictures } from '../sample-prompts.js';
import { type TextSource, tensorsOf } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase, type TrainingPhase } from '../training-phase.js';

/** Sample grids have four prompts a row. */
const PROMPTS_A_ROW = 4;

/** Trains all branches of StackGAN++ at once. */
export async function stackganPlusPlusPhase(
  config: StackganPlusPlusConfig,
  setup: DrawingSetup<TextSource | undefined>,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const random = randomStream(config.seed, 'stage1', 0);
  const trainer = new StackganPlusPlusTrainer(stackganPlusPlusOptions(config), random);
  try {
    return await runPhase(trainingPhase(config, setup, trainer), context);
  } finally {
    trainer.dispose();
  }
}

function trainingPhase(
  config: StackganPlusPlusConfig,
  setup: DrawingSetup<TextSource | undefined>,
  trainer: StackganPlusPlusTrainer,
): TrainingPhase<StackganPlusPlusBatch> {
  const { seed, steps, batchSize, augmentation, text: textConfig } = config;
  const { zDim } = config.generator;
  const { flip } = augmentation;
  const batches = new PictureBatches({
    ...setup,
    batchSize,
    steps,
    seed,
    stage: 'stage1',
    flip,
    wrongPictures: textConfig !== null,
  });
  return {
    name: 'stackgan-pp',
    folder: setup.folder.main,
    warmStartFile: setup.folder.warmStartFile,
    trainer,
    steps,
    batchSize: batches.batchSize,
    epochOf: (step) => batches.epochOf(step),
    randomAt: (step) => randomStream(seed, 'stage1', step),
    batchAt: async (step, random) => {
      const { indices, images, wrongImages } = await batches.at(step);
      const rows = indices.length;
      if (setup.text === undefined || textConfig === null) {
        return { images, z: noiseRows(random, rows, zDim), text: undefined };
      }
      const sentences = sentencesOnly(setup.text.draw(indices, random));
      const z = noiseRows(random, rows, zDim);
      const eps = noiseRows(random, rows, textConfig.conditionDim);
      return { images, z, text: { sentences, eps, wrongImages } };
    },
    disposeBatch: ({ images, z, text }) =>
      tf.dispose([...images, z, ...(text ? [text.sentences, text.eps, ...text.wrongImages] : [])]),
    checkpointEverySteps: config.checkpointEverySteps,
    keepCheckpoints: config.keepCheckpoints,
    samples: {
      everySteps: config.sampleEverySteps,
      write: (step) => writeSamples(config, setup, trainer, step),
    },
  };
}

/** The same prompts and noise every time; all branches of a sample in a row. */
async function writeSamples(
  { seed, generator, text: textConfig }: StackganPlusPlusConfig,
  { folder, text, pictures }: DrawingSetup<TextSource | undefined>,
  trainer: StackganPlusPlusTrainer,
  step: number,
): Promise<string> {
  const random = randomStream(seed, 'samples', 0);
  const prompts = samplePictures(pictures.count, random);
  const vectors = text?.first(prompts);
  const grid = tf.tidy(() => {
    const z = noiseRows(random, prompts.length, generator.zDim);
    const ofText =
      textConfig === null || vectors === undefined
        ? {}
        : { sentences: vectors.sentences, eps: noiseRows(random, prompts.length, textConfig.conditionDim) };
    const inputs = { z, ...ofText };
    const drawn = trainer.withAveragedWeights(() =>
      applyGenerator(trainer.generator, inputs, { training: false }),
    );
    return besideOneAnother(drawn.images);
  });
  const path = gridPath(folder.main, step);
  try {
    await writeSampleGrid(grid, PROMPTS_A_ROW * pictures.sides.length, path);
  } finally {
    tf.dispose([...(vectors === undefined ? [] : tensorsOf(vectors)), grid]);
  }
  return path;
}
