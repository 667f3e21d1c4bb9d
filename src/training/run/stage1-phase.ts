import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';
import type { Vocabulary } from '../../sdk/text/vocabulary.js';
import type { AdversarialLosses } from '../architectures/stackgan/adversarial-step.js';
import { drawStage1, type Stage1Batch, Stage1Trainer } from '../architectures/stackgan/stage1-trainer.js';
import { drawCaption } from '../data/draw-caption.js';
import { EpochOrder } from '../data/epoch-order.js';
import { imageBatch } from '../data/image-batch.js';
import type { ImageSet } from '../data/load-images.js';
import { encodeSentences } from '../data/token-batch.js';
import { captionIds } from './caption-ids.js';
import { checkpointSteps, loadLatestCheckpoint, saveCheckpoint } from './checkpoint.js';
import { type StackganConfig, stage1Options } from './config.js';
import { MetricsLog } from './metrics-log.js';
import { randomStream } from './random-streams.js';
import type { RunFolder } from './run-folder.js';
import { writeSampleGrid } from './sample-grid.js';
import type { TrainEvent } from './train-events.js';

export interface Stage1Phase {
  config: StackganConfig;
  folder: RunFolder;
  vocabulary: Vocabulary;
  textEncoder: tf.LayersModel;
  images: ImageSet;
  /** Captions of each picture, in the pictures' order. */
  captions: readonly (readonly string[])[];
  onEvent: (event: TrainEvent) => void;
  /** When aborted, the step under way is finished, a checkpoint is written and the phase returns. */
  signal?: AbortSignal | undefined;
}

/** How many pictures a sample grid shows: four prompts a row, two noises each. */
const SAMPLE_PROMPTS = 24;
const SAMPLE_COLUMNS = 8;
/** Speed is told as the mean over so many steps, which hides the odd slow one. */
const SPEED_WINDOW_STEPS = 20;

/** Trains Stage-I from its last checkpoint, or from the start, to the last step of the configuration. */
export async function stage1Phase(phase: Stage1Phase): Promise<Stage1Trainer> {
  const { config, folder, onEvent } = phase;
  const { steps, batchSize } = config.stage1;
  const trainer = new Stage1Trainer(
    stage1Options(config.stage1, config.textEncoder.sentenceDim),
    randomStream(config.seed, 'stage1', 0),
  );
  const resumed = await loadLatestCheckpoint(folder.stage1Checkpoints, trainer.variables);
  const start = resumed?.step ?? 0;
  trainer.resumeAt(start);
  const metrics = new MetricsLog(folder.metrics);
  await metrics.keepUntil(start);
  if (resumed !== undefined) onEvent({ type: 'resume', step: start });

  const order = new EpochOrder(phase.images.count, batchSize, (epoch) =>
    randomStream(config.seed, 'stage1Order', epoch),
  );
  const startedMs = performance.now();
  const trainedSeconds = () => (resumed?.trainedSeconds ?? 0) + (performance.now() - startedMs) / 1000;
  const save = async (step: number) => {
    const state = { step, trainedSeconds: trainedSeconds() };
    const path = await saveCheckpoint(folder.stage1Checkpoints, state, trainer.variables);
    onEvent({ type: 'checkpoint', step, path });
  };

  const finishedMs: number[] = [performance.now()];
  for (let step = start + 1; step <= steps; step++) {
    const losses = trainStep(phase, trainer, order, step);
    await stopOnDivergence(phase, step, losses);
    finishedMs.push(performance.now());
    if (finishedMs.length > SPEED_WINDOW_STEPS) finishedMs.shift();
    const elapsedMs = (finishedMs.at(-1) ?? 0) - (finishedMs[0] ?? 0);
    const imagesPerSecond = ((finishedMs.length - 1) * batchSize * 1000) / elapsedMs;
    const epoch = order.epochOf(step);
    const secondsLeft = ((steps - step) * batchSize) / imagesPerSecond;
    onEvent({ type: 'step', step, steps, epoch, losses, imagesPerSecond, secondsLeft });
    await metrics.append({ step, epoch, ...losses, imagesPerSecond });

    const stopping = phase.signal?.aborted === true;
    const isLast = stopping || step === steps;
    if (isLast || step % config.sampleEverySteps === 0) await writeSamples(phase, trainer, step);
    if (isLast || step % config.checkpointEverySteps === 0) await save(step);
    if (stopping) break;
  }
  return trainer;
}

function trainStep(
  phase: Stage1Phase,
  trainer: Stage1Trainer,
  order: EpochOrder,
  step: number,
): AdversarialLosses {
  const { config, vocabulary, textEncoder } = phase;
  const { halveLearningRateEveryEpochs: halvingEpochs, augmentation, generator } = config.stage1;
  const random = randomStream(config.seed, 'stage1', step);
  const indices = order.indicesAt(step);
  const captions = indices.map((index) =>
    captionIds(
      drawCaption(phase.captions[index] ?? [], config.captions, random),
      vocabulary,
      config.textEncoder.maxLength,
    ),
  );
  const noise = (dim: number) => tf.tensor2d(random.normals(indices.length * dim), [indices.length, dim]);
  const flips = indices.map(() => augmentation.flip && random.integer(2) === 1);
  const batch: Stage1Batch = {
    images: imageBatch(phase.images, indices, flips),
    sentences: encodeSentences(textEncoder, captions),
    z: noise(generator.zDim),
    eps: noise(generator.conditionDim),
  };
  const halvings = halvingEpochs === null ? 0 : Math.floor(order.epochOf(step) / halvingEpochs);
  const losses = trainer.step(batch, random, 2 ** -halvings);
  tf.dispose([batch.images, batch.sentences, batch.z, batch.eps]);
  return losses;
}

async function stopOnDivergence(
  { folder }: Stage1Phase,
  step: number,
  losses: AdversarialLosses,
): Promise<void> {
  const broken = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
  if (broken === undefined) return;
  const [name, value] = broken;
  const lastGood = (await checkpointSteps(folder.stage1Checkpoints)).at(-1);
  throw new WordbrushError('TRAINING_DIVERGED', `The loss "${name}" became ${value} at step ${step}.`, {
    hint:
      lastGood === undefined
        ? 'No checkpoint was written yet: start again with lower learning rates.'
        : `The last good checkpoint is ${join(folder.stage1Checkpoints, String(lastGood))}; lower the learning rates in config.json and go on with --resume.`,
    details: { step, loss: name, lastGoodStep: lastGood },
  });
}

/** The same prompts and noise every time, so that grids can be laid side by side. */
async function writeSamples(phase: Stage1Phase, trainer: Stage1Trainer, step: number): Promise<void> {
  const { config, folder, vocabulary, textEncoder, captions } = phase;
  const { zDim, conditionDim } = config.stage1.generator;
  const random = randomStream(config.seed, 'samples', 0);
  const prompts = Array.from(
    { length: SAMPLE_PROMPTS },
    () => captions[random.integer(captions.length)]?.[0] ?? '',
  );
  const twice = prompts.flatMap((prompt) => [prompt, prompt]);
  const ids = twice.map((prompt) => captionIds(prompt, vocabulary, config.textEncoder.maxLength));
  const noise = (dim: number) => tf.tensor2d(random.normals(ids.length * dim), [ids.length, dim]);
  const images = tf.tidy(() => {
    const sentences = encodeSentences(textEncoder, ids);
    return trainer.withAveragedWeights(() =>
      drawStage1(trainer.generator, sentences, noise(zDim), noise(conditionDim)),
    );
  });
  const path = join(folder.samples, `${String(step).padStart(7, '0')}.png`);
  await writeSampleGrid(images, SAMPLE_COLUMNS, path);
  images.dispose();
  phase.onEvent({ type: 'sample', step, path });
}
