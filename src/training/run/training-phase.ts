import { join } from 'node:path';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { LossNumbers } from '../losses/loss-numbers.js';
import { requireFiniteLosses } from '../losses/require-finite.js';
import type { Trainer } from '../trainer.js';
import { checkpointSteps, loadLatestCheckpoint, saveBestCheckpoint, saveCheckpoint } from './checkpoint.js';
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

/**
 * Trains a phase from its last checkpoint, or from the start, to its last step.
 * @throws WordbrushError CHECKPOINT_INVALID, OUTPUT_NOT_WRITABLE, TRAINING_DIVERGED; in each case the last checkpoint
 * is whole.
 */
export async function runPhase<Batch>(
  phase: TrainingPhase<Batch>,
  context: PhaseContext,
): Promise<PhaseOutcome> {
  const { trainer, folder, steps, name } = phase;
  const { onEvent, signal } = context;
  const resumed = await loadLatestCheckpoint(folder.checkpoints, trainer.variables);
  const start = resumed?.step ?? 0;
  trainer.resumeAt(start);
  if (resumed === undefined && phase.warmStartFile !== undefined) {
    const taken = await warmStart(phase.warmStartFile, trainer.variables);
    if (taken !== undefined) onEvent({ type: 'warm-start', phase: name, taken, of: trainer.variables.size });
  }
  const metrics = new MetricsLog(folder.metrics);
  await metrics.keepUntil(start);
  if (resumed !== undefined) onEvent({ type: 'resume', phase: name, step: start });

  const clock = new StepClock(phase.batchSize, resumed?.trainedSeconds ?? 0);
  let best = resumed?.best;
  for (let step = start + 1; step <= steps; step++) {
    const begunMs = performance.now();
    const losses = await trainStep(phase, step);
    const stepSeconds = (performance.now() - begunMs) / 1000;
    const imagesPerSecond = clock.tick();
    const epoch = phase.epochOf(step);
    const secondsLeft = ((steps - step) * phase.batchSize) / imagesPerSecond;
    onEvent({
      type: 'step',
      phase: name,
      step,
      steps,
      epoch,
      losses,
      stepSeconds,
      imagesPerSecond,
      secondsLeft,
    });

    const stopping = signal?.aborted === true;
    const isDue = (everySteps: number) => stopping || step === steps || step % everySteps === 0;
    const validated = phase.validation !== undefined && isDue(phase.validation.everySteps);
    const validation = validated ? phase.validation?.measure() : undefined;
    await metrics.append({ step, epoch, ...losses, ...validation?.metrics, imagesPerSecond });
    if (validation !== undefined) {
      onEvent({ type: 'validation', phase: name, step, metrics: validation.metrics });
      if (validation.score > (best?.score ?? Number.NEGATIVE_INFINITY)) {
        best = { step, score: validation.score };
        await saveBestCheckpoint(folder.checkpoints, stateAt(step), trainer.variables);
      }
    }
    if (phase.samples !== undefined && isDue(phase.samples.everySteps)) {
      const path = await phase.samples.write(step);
      onEvent({ type: 'sample', phase: name, step, path });
    }
    if (isDue(phase.checkpointEverySteps)) {
      const path = await saveCheckpoint(
        folder.checkpoints,
        stateAt(step),
        trainer.variables,
        phase.keepCheckpoints,
      );
      onEvent({ type: 'checkpoint', phase: name, step, path });
    }
    if (stopping) break;
  }
  const checkpointStep = (await checkpointSteps(folder.checkpoints)).at(-1);
  return { finished: checkpointStep !== undefined && checkpointStep >= steps, checkpointStep };

  function stateAt(step: number) {
    return { step, trainedSeconds: clock.trainedSeconds, ...(best === undefined ? {} : { best }) };
  }
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
  if (!Object.values(losses).every(Number.isFinite)) {
    const lastGood = (await checkpointSteps(phase.folder.checkpoints)).at(-1);
    const lastGoodCheckpoint =
      lastGood === undefined ? undefined : join(phase.folder.checkpoints, String(lastGood));
    requireFiniteLosses(losses, step, { lastGoodCheckpoint });
  }
  return losses;
}
