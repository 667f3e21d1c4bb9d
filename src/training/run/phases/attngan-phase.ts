import * as tf from '@tensorflow/tfjs';
import type { AttnganBatch } from '../../architectures/attngan/attngan-step.js';
import { AttnganTrainer } from '../../architectures/attngan/attngan-trainer.js';
import { runGenerator } from '../../architectures/attngan/generator.js';
import type { SimilarityOptions } from '../../architectures/attngan/generator-loss.js';
import { type AttnganConfig, attnganOptions } from '../config/attngan-config.js';
import { type DrawingSetup, noiseRows } from '../drawing-setup.js';
import { openImageEncoder } from '../image-encoder.js';
import { PictureBatches } from '../picture-batches.js';
import { randomStream } from '../random-streams.js';
import { besideOneAnother, gridPath, writeSampleGrid } from '../sample-grid.js';
import { samplePictures } from '../sample-prompts.js';
import { type TextVectors, tensorsOf } from '../text/text-source.js';
import { type PhaseContext, type PhaseOutcome, runPhase, type TrainingPhase } from '../training-phase.js';

/** Sample grids have four prompts a row. */
const PROMPTS_A_ROW = 4;

/** Trains all stages of AttnGAN at once. */
export async function attnganPhase(
  config: AttnganConfig,
  setup: DrawingSetup,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { similarity, ...options } = attnganOptions(config);
  const encoder =
    similarity === undefined ? undefined : await openImageEncoder(config.textEncoder, setup.folder);
  const full: SimilarityOptions | undefined =
    similarity === undefined || encoder === undefined
      ? undefined
      : { ...similarity, encodeImages: encoder.encode };
  const trainer = new AttnganTrainer(
    { ...options, similarity: full },
    randomStream(config.seed, 'stage1', 0),
  );
  try {
    return await runPhase(trainingPhase(config, setup, trainer), context);
  } finally {
    trainer.dispose();
    encoder?.dispose();
  }
}

function trainingPhase(
  config: AttnganConfig,
  setup: DrawingSetup,
  trainer: AttnganTrainer,
): TrainingPhase<AttnganBatch> {
  const { seed, steps, batchSize, augmentation } = config;
  const { zDim, conditionDim } = config.generator;
  const { flip } = augmentation;
  const batches = new PictureBatches({
    ...setup,
    batchSize,
    steps,
    seed,
    stage: 'stage1',
    flip,
    wrongPictures: false,
  });
  return {
    name: 'attngan',
    folder: setup.folder.main,
    warmStartFile: setup.folder.warmStartFile,
    trainer,
    steps,
    batchSize: batches.batchSize,
    epochOf: (step) => batches.epochOf(step),
    randomAt: (step) => randomStream(seed, 'stage1', step),
    batchAt: async (step, random) => {
      const { indices, images } = await batches.at(step);
      const text = setup.text.draw(indices, random);
      const z = noiseRows(random, indices.length, zDim);
      const eps = noiseRows(random, indices.length, conditionDim);
      const classIds = setup.classIds && indices.map((index) => setup.classIds?.[index] ?? index);
      return { images, ...attnganText(text), z, eps, classIds };
    },
    disposeBatch: ({ images, sentences, words, lengths, z, eps }) =>
      tf.dispose([...images, sentences, ...(words === undefined ? [] : [words, lengths]), z, eps]),
    checkpointEverySteps: config.checkpointEverySteps,
    keepCheckpoints: config.keepCheckpoints,
    samples: {
      everySteps: config.sampleEverySteps,
      write: (step) => writeSamples(config, setup, trainer, step),
    },
  };
}

/** Sentences with their words, where the text has some. */
function attnganText({ sentences, words }: TextVectors) {
  return words === undefined ? { sentences } : { sentences, words: words.vectors, lengths: words.lengths };
}

/** The same prompts and noise every time, so that grids can be laid side by side; all stages of a sample in a row. */
async function writeSamples(
  config: AttnganConfig,
  { folder, text, pictures }: DrawingSetup,
  trainer: AttnganTrainer,
  step: number,
): Promise<string> {
  const { zDim, conditionDim } = config.generator;
  const random = randomStream(config.seed, 'samples', 0);
  const prompts = samplePictures(pictures.count, random);
  const vectors = text.first(prompts);
  const z = noiseRows(random, prompts.length, zDim);
  const eps = noiseRows(random, prompts.length, conditionDim);
  const grid = tf.tidy(() => {
    const inputs = { ...attnganText(vectors), z, eps };
    const drawn = trainer.withAveragedWeights(() =>
      runGenerator(trainer.generator, inputs, { training: false }),
    );
    return besideOneAnother(drawn.images);
  });
  const path = gridPath(folder.main, step);
  try {
    await writeSampleGrid(grid, PROMPTS_A_ROW * pictures.sides.length, path);
  } finally {
    tf.dispose([...tensorsOf(vectors), z, eps, grid]);
  }
  return path;
}
