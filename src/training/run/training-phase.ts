import { join } from 'node:path';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { LossNumbers } from '../losses/loss-numbers.js';
import { requireFiniteLosses } from '../losses/require-finite.js';
import type { Trainer } from '../trainer.js';
import {
  type CheckpointState,
  loadLatestCheckpoint,
  saveBestCheckpoint,
  saveCheckpoint,
} from './checkpoint.js';
import { checkpointSteps } from './checkpoint-places.js';
import { MetricsLog } from './metrics-log.js';
import type { PhaseFolder } from './phase-folder.js';
import { StepClock } from './step-clock.js';
import type { TrainEvent } from './train-events.js';
import { warmStart } from './warm-start.js';

/** One thing that is trained from its first step to its last: an encoder, or a generator with its discriminators. */
export interface TrainingPhase<Batch> {
  /** For people: `text encoder`, `stage 1`. */
  name: string;
  folder: PhaseFolder;
  trainer: Trainer<Batch>;
  /** Steps in all. */
  steps: number;
  /** Pictures a step. */
  batchSize: number;
  /** Which epoch, from 0, a step (from 1) belongs to. */
  epochOf: (step: number) => number;
  /**
   * The batch of step `step` (from 1). Everything it draws comes from `random`, which belongs to that step: a resumed
   * run then draws what an uninterrupted one would, with no generator state to keep.
   */
  batchAt: (step: number, random: RandomStream) => Batch;
  disposeBatch: (batch: Batch) => void;
  randomAt: (step: number) => RandomStream;
  /** What the learning rates are multiplied by in this step. @default always 1 */
  learningRateFactorAt?: (step: number) => number;
  checkpointEverySteps: number;
  /** Newest checkpoints that are kept. */
  keepCheckpoints: number;
  /** Weights that the first step starts from, where the file is there. */
  warmStartFile?: string;
  /** Writes pictures of what is learnt so far, and gives their path. */
  samples?: { everySteps: number; write: (step: number) => Promise<string> } | undefined;
  /** Measures on whole splits; the weights of the highest score are kept apart. */
  validation?: { everySteps: number; measure: () => Validation } | undefined;
}

export interface Validation {
  /** What counts: the higher, the better. */
  score: number;
  metrics: LossNumbers;
}

export interface PhaseContext {
  onEvent: (event: TrainEvent) => void;
  /** When aborted, the step under way is finished, a checkpoint is written and the phase returns. */
  signal?: AbortSignal | undefined;
}

/** How far a phase has come. */
export interface PhaseOutcome {
  finished: boolean;
  /** The newest checkpoint's step; undefined before there is one. */
  checkpointStep: number | undefined;
}

/** What changes as a phase goes on, beside the trainer. */
interface Progress {
  clock: StepClock;
  metrics: MetricsLog;
  best: CheckpointState['best'];
}

/**
 * Trains a phase from its last checkpoint, or from the start, to its last step.
 * @throws WordbrushError CHECKPOINT_INVALID, OUTPUT_NOT_WRITABLE, TRAINING_DIVERGED; in each case the last checkpoint
 * is whole.
 */
export async function runPhase<Batch>(
  phase: TrainingPhase<Batch>,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { steps, samples, folder } = phase;
  const { start, progress } = await beginPhase(phase, context);
  for (let step = start + 1; step <= steps; step++) {
    const isPlanned = (everySteps: number) => step === steps || step % everySteps === 0;
    await takeStep(phase, context, progress, step, isPlanned);
    const stopping = context.signal?.aborted === true;
    if (samples !== undefined && (stopping || isPlanned(samples.everySteps))) {
      const path = await samples.write(step);
      context.onEvent({ type: 'sample', phase: phase.name, step, path });
    }
    if (stopping || isPlanned(phase.checkpointEverySteps)) await save(phase, context, progress, step);
    if (stopping) break;
  }
  const checkpointStep = (await checkpointSteps(folder.checkpoints)).at(-1);
  return { finished: checkpointStep !== undefined && checkpointStep >= steps, checkpointStep };
}

async function beginPhase<Batch>(
  { name, folder, trainer, batchSize, warmStartFile }: TrainingPhase<Batch>,
  { onEvent }: PhaseContext,
): Promise<{ start: number; progress: Progress }> {
  const resumed = await loadLatestCheckpoint(folder.checkpoints, trainer.variables);
  const start = resumed?.step ?? 0;
  trainer.resumeAt(start);
  const metrics = new MetricsLog(folder.metrics);
  await metrics.keepUntil(start);
  if (resumed !== undefined) onEvent({ type: 'resume', phase: name, step: start });
  else if (warmStartFile !== undefined) {
    const taken = await warmStart(warmStartFile, trainer.variables);
    if (taken !== undefined) onEvent({ type: 'warm-start', phase: name, taken, of: trainer.variables.size });
  }
  const clock = new StepClock(batchSize, resumed?.trainedSeconds ?? 0);
  return { start, progress: { clock, metrics, best: resumed?.best } };
}

/** One step, measured, and validated where that is planned, with a line in the metrics. */
async function takeStep<Batch>(
  phase: TrainingPhase<Batch>,
  { onEvent }: PhaseContext,
  progress: Progress,
  step: number,
  isPlanned: (everySteps: number) => boolean,
): Promise<void> {
  const { name, steps, batchSize, validation } = phase;
  const begunMs = performance.now();
  const losses = await trainStep(phase, step);
  const stepSeconds = (performance.now() - begunMs) / 1000;
  const imagesPerSecond = progress.clock.tick();
  const secondsLeft = ((steps - step) * batchSize) / imagesPerSecond;
  const epoch = phase.epochOf(step);
  const speed = { stepSeconds, imagesPerSecond, secondsLeft };
  onEvent({ type: 'step', phase: name, step, steps, epoch, losses, ...speed });
  const measured =
    validation !== undefined && isPlanned(validation.everySteps) ? validation.measure() : undefined;
  await progress.metrics.append({ step, epoch, ...losses, ...measured?.metrics, imagesPerSecond });
  if (measured === undefined) return;
  onEvent({ type: 'validation', phase: name, step, metrics: measured.metrics });
  if (measured.score <= (progress.best?.score ?? Number.NEGATIVE_INFINITY)) return;
  progress.best = { step, score: measured.score };
  await saveBestCheckpoint(phase.folder.checkpoints, stateAt(progress, step), phase.trainer.variables);
}

async function save<Batch>(
  { name, folder, trainer, keepCheckpoints }: TrainingPhase<Batch>,
  { onEvent }: PhaseContext,
  progress: Progress,
  step: number,
): Promise<void> {
  const state = stateAt(progress, step);
  const path = await saveCheckpoint(folder.checkpoints, state, trainer.variables, keepCheckpoints);
  onEvent({ type: 'checkpoint', phase: name, step, path });
}

function stateAt({ clock, best }: Progress, step: number): CheckpointState {
  return { step, trainedSeconds: clock.trainedSeconds, ...(best === undefined ? {} : { best }) };
}

async function trainStep<Batch>(phase: TrainingPhase<Batch>, step: number): Promise<LossNumbers> {
  const random = phase.randomAt(step);
  const batch = phase.batchAt(step, random);
  let losses: LossNumbers;
  try {
    losses = phase.trainer.step(batch, random, phase.learningRateFactorAt?.(step));
  } finally {
    phase.disposeBatch(batch);
  }
  if (Object.values(losses).every(Number.isFinite)) return losses;
  const { checkpoints } = phase.folder;
  const lastGood = (await checkpointSteps(checkpoints)).at(-1);
  const lastGoodCheckpoint = lastGood === undefined ? undefined : join(checkpoints, String(lastGood));
  requireFiniteLosses(losses, step, { lastGoodCheckpoint });
  return losses;
}
