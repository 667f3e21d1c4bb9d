import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import type { Trainer } from '../../trainer.js';
import type { DrawingConfig } from '../config/run-config.js';
import type { DrawingSetup } from '../drawing-setup.js';
import type { PhaseFolder } from '../phase-folder.js';
import { type PictureBatch, PictureBatches } from '../picture-batches.js';
import { randomStream } from '../random-streams.js';
import { KernelValidation } from '../samples/kernel-validation.js';
import type { SampleDrawer } from '../samples/sample-drawer.js';
import { Sampler } from '../samples/sampler.js';
import type { TextSource } from '../text/text-source.js';
import type { PhaseContext, TrainingPhase } from '../training-phase.js';

/** Fields of a configuration, or of one of its stages, that say how a generator is trained. */
export interface GeneratorTraining {
  steps: number;
  batchSize: number;
  generatorLearningRate: number;
  discriminatorLearningRate: number;
  augmentation: { flip: boolean };
  halveLearningRateEveryEpochs?: number | null;
}

/** What is an architecture's own in the training of a generator. */
export interface GeneratorPhase<Batch> {
  /** `stage 1`, `attngan`, ... */
  name: string;
  folder: PhaseFolder;
  trainer: Trainer<Batch>;
  training: GeneratorTraining;
  /** Whose random numbers it draws. */
  stage: 'stage1' | 'stage2';
  /** Whether a batch has wrong pictures. */
  wrongPictures: boolean;
  /** The batch of a step. What else than pictures it draws comes from `random`. */
  batchOf: (pictures: PictureBatch, random: RandomStream) => Batch;
  tensorsOf: (batch: Batch) => tf.Tensor[];
  drawer: SampleDrawer;
  /** How often a sample grid shows each prompt. @default 1 */
  noisesAPrompt?: number;
  /** Weights that the first step starts from, where the file is there. */
  warmStartFile?: string;
}

/** The training of a generator: what all architectures and stages have in common, with what is their own. */
export function generatorPhase<Batch>(
  config: DrawingConfig,
  setup: DrawingSetup<TextSource | undefined>,
  phase: GeneratorPhase<Batch>,
  context: PhaseContext,
): TrainingPhase<Batch> {
  const { seed, checkpointEverySteps, keepCheckpoints, sampleEverySteps, keepBest } = config;
  const { name, folder, trainer, training, stage, batchOf, tensorsOf, warmStartFile } = phase;
  const { steps, augmentation, halveLearningRateEveryEpochs = null } = training;
  const { flip } = augmentation;
  const { wrongPictures, drawer, noisesAPrompt = 1 } = phase;
  const batches = new PictureBatches({ ...setup, ...training, flip, seed, stage, wrongPictures });
  const sampler = new Sampler({ ...setup, drawer, folder, noisesAPrompt, seed });
  const validation = (samples: number) =>
    new KernelValidation({
      sampler,
      trainingPictures: setup.pictures.count,
      reference: setup.reference,
      samples,
      side: setup.pictures.sides.at(-1) ?? 0,
      seed,
      signal: context.signal,
    });
  const best = keepBest === null ? undefined : validation(keepBest.pictures);
  return {
    name,
    folder,
    trainer,
    steps,
    batchSize: batches.batchSize,
    epochOf: (step) => batches.epochOf(step),
    randomAt: (step) => randomStream(seed, stage, step),
    batchAt: async (step, random) => batchOf(await batches.at(step), random),
    disposeBatch: (batch) => tf.dispose(tensorsOf(batch)),
    learningRates: {
      generator: training.generatorLearningRate,
      discriminator: training.discriminatorLearningRate,
    },
    learningRateFactorAt: (step) => halvedRate(batches.epochOf(step), halveLearningRateEveryEpochs),
    checkpointEverySteps,
    keepCheckpoints,
    ...(warmStartFile === undefined ? {} : { warmStartFile }),
    samples: { everySteps: sampleEverySteps, take: (step) => sampler.take(step) },
    validation:
      keepBest === null || best === undefined
        ? undefined
        : {
            everySteps: checkpointEverySteps * keepBest.everyCheckpoints,
            measure: () => best.measure(),
          },
  };
}

/** What the learning rate is multiplied by where it is halved after every so many epochs, or never (null). */
function halvedRate(epoch: number, everyEpochs: number | null): number {
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
