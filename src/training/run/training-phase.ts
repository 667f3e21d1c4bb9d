import { join } from 'node:path';
import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { LossNumbers } from '../losses/loss-numbers.js';
import { requireFiniteLosses } from '../losses/require-finite.js';
import type { Trainer } from '../trainer.js';
import {
  type CheckpointState,
  loadLatestCheckpoint,
  readCheckpointState,
  saveBestCheckpoint,
  saveCheckpoint,
} from './checkpoint.js';
import { checkpointSteps } from './checkpoint-places.js';
import { changedFields } from './config/changed-fields.js';
import type { RunConfig } from './config/run-config.js';
import { MetricsLog } from './metrics-log.js';
import type { PhaseFolder } from './phase-folder.js';
import type { TakenSamples } from './samples/sampler.js';
import { recordChangedSettings } from './settings-log.js';
import { StepClock } from './step-clock.js';
import { PhaseLog } from './tensorboard/phase-log.js';
import type { TrainEvent } from './train-events.js';
import { warmStart } from './warm-start.js';
import { AccuracyWindow } from './warnings/accuracy-window.js';
import { SAMPLES_COUNT_FROM, type TrainingWarning, trainingWarnings } from './warnings/training-warnings.js';

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
  batchAt: (step: number, random: RandomStream) => Batch | Promise<Batch>;
  disposeBatch: (batch: Batch) => void;
  randomAt: (step: number) => RandomStream;
  /** By what they move, for the log: those that training starts with. */
  learningRates: LossNumbers;
  /** What the learning rates are multiplied by in this step. @default always 1 */
  learningRateFactorAt?: (step: number) => number;
  checkpointEverySteps: number;
  /** Newest checkpoints that are kept. */
  keepCheckpoints: number;
  /** Weights that the first step starts from, where the file is there. */
  warmStartFile?: string;
  /** Draws what is learnt so far. */
  samples?: { everySteps: number; take: (step: number) => Promise<TakenSamples> } | undefined;
  /** Measures how good it is; the weights of the highest score are kept apart. */
  validation?: { everySteps: number; measure: () => Validation | Promise<Validation> } | undefined;
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
  /** The run's, which checkpoints keep. */
  config: RunConfig;
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
  log: PhaseLog;
  accuracy: AccuracyWindow;
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
  const { steps, folder } = phase;
  const { start, progress } = await beginPhase(phase, context);
  try {
    for (let step = start + 1; step <= steps; step++) {
      const isPlanned = (everySteps: number) => step === steps || step % everySteps === 0;
      await takeStep(phase, context, progress, step, isPlanned);
      const stopping = context.signal?.aborted === true;
      if (stopping || isPlanned(phase.checkpointEverySteps)) await save(phase, context, progress, step);
      if (stopping) break;
    }
  } finally {
    await progress.log.close();
  }
  const checkpointStep = (await checkpointSteps(folder.checkpoints)).at(-1);
  return { finished: checkpointStep !== undefined && checkpointStep >= steps, checkpointStep };
}

async function beginPhase<Batch>(
  { name, folder, trainer, batchSize, steps, warmStartFile }: TrainingPhase<Batch>,
  { onEvent, config }: PhaseContext,
): Promise<{ start: number; progress: Progress }> {
  // First of all: weights of other networks would not fit, and would not say why.
  const saved = await readCheckpointState(folder.checkpoints).catch(() => undefined);
  if (saved !== undefined && saved.step < steps) changedFields(saved.config, config);
  const resumed = await loadLatestCheckpoint(folder.checkpoints, trainer.variables, (damaged) =>
    onEvent({ type: 'damaged-checkpoint', phase: name, ...damaged }),
  );
  const start = resumed?.step ?? 0;
  // A phase at its end may have been taken from another run.
  const changes = start < steps ? changedFields(resumed?.config, config) : [];
  trainer.resumeAt(start);
  const metrics = new MetricsLog(folder.metrics);
  const accuracy = new AccuracyWindow();
  for (const losses of await metrics.keepUntil(start, AccuracyWindow.steps)) accuracy.add(losses);
  if (resumed !== undefined) onEvent({ type: 'resume', phase: name, step: start });
  else if (warmStartFile !== undefined) {
    const taken = await warmStart(warmStartFile, trainer.variables);
    if (taken !== undefined) onEvent({ type: 'warm-start', phase: name, taken, of: trainer.variables.size });
  }
  if (start < steps) await recordChangedSettings(folder.settings, start, changes);
  if (changes.length > 0) {
    onEvent({ type: 'config-changed', phase: name, fields: changes.map(({ field }) => field) });
  }
  const clock = new StepClock(batchSize, resumed?.trainedSeconds ?? 0);
  const log = await PhaseLog.open(folder.logs, name, start);
  return { start, progress: { clock, metrics, log, accuracy, best: resumed?.best } };
}

/** One step, measured, validated and with samples where that is planned, with a line in the metrics. */
async function takeStep<Batch>(
  phase: TrainingPhase<Batch>,
  context: PhaseContext,
  progress: Progress,
  step: number,
  isPlanned: (everySteps: number) => boolean,
): Promise<void> {
  const { name, steps, batchSize, validation, samples, learningRates } = phase;
  const { onEvent } = context;
  const begunMs = performance.now();
  const losses = await trainStep(phase, step);
  const stepSeconds = (performance.now() - begunMs) / 1000;
  const imagesPerSecond = progress.clock.tick();
  const secondsLeft = ((steps - step) * batchSize) / imagesPerSecond;
  const epoch = phase.epochOf(step);
  progress.accuracy.add(losses);
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
  const isValidated = validation !== undefined && isPlanned(validation.everySteps);
  const measured = isValidated ? await validate(phase, context, progress, step, validation.measure) : {};
  const isSampled = samples !== undefined && isPlanned(samples.everySteps);
  const taken = isSampled ? await takeSamples(phase, context, progress, step, samples.take) : NO_SAMPLES;
  const numbers = { step, epoch, ...losses, ...measured, ...taken.measures, imagesPerSecond };
  await progress.metrics.append(numbers, taken.warnings);
  const factor = phase.learningRateFactorAt?.(step) ?? 1;
  const rates = Object.entries(learningRates).map(([moved, rate]) => [moved, rate * factor]);
  await progress.log.step(step, {
    losses,
    learningRates: Object.fromEntries(rates),
    imagesPerSecond,
    validation: measured,
    samples: taken.measures,
  });
}

/** Keeps the weights if they are the best so far. */
async function validate<Batch>(
  { name, folder, trainer }: TrainingPhase<Batch>,
  { onEvent, config }: PhaseContext,
  progress: Progress,
  step: number,
  measure: () => Validation | Promise<Validation>,
): Promise<LossNumbers> {
  const { score, metrics } = await measure();
  onEvent({ type: 'validation', phase: name, step, metrics });
  if (score <= (progress.best?.score ?? Number.NEGATIVE_INFINITY)) return metrics;
  progress.best = { step, score };
  const state = stateAt(progress, step, config);
  const path = await saveBestCheckpoint(folder.checkpoints, state, trainer.variables);
  onEvent({ type: 'best', phase: name, step, path });
  return metrics;
}

interface SampleNumbers {
  measures: LossNumbers;
  warnings: TrainingWarning[];
}

const NO_SAMPLES: SampleNumbers = { measures: {}, warnings: [] };

async function takeSamples<Batch>(
  { name }: TrainingPhase<Batch>,
  { onEvent }: PhaseContext,
  { log, accuracy }: Progress,
  step: number,
  take: (step: number) => Promise<TakenSamples>,
): Promise<SampleNumbers> {
  const { grid, attention, measures } = await take(step);
  onEvent({ type: 'sample', phase: name, step, path: grid.path });
  const sheets = attention === undefined ? [] : [{ ...attention, tag: 'attention' }];
  await log.pictures(step, [{ ...grid, tag: 'samples' }, ...sheets]);
  const warnings = trainingWarnings({
    discriminatorAccuracy: accuracy.accuracy,
    samples: step < SAMPLES_COUNT_FROM ? undefined : measures,
  });
  for (const warning of warnings) onEvent({ type: 'warning', phase: name, step, warning });
  return { measures, warnings };
}

async function save<Batch>(
  { name, folder, trainer, keepCheckpoints }: TrainingPhase<Batch>,
  { onEvent, config }: PhaseContext,
  progress: Progress,
  step: number,
): Promise<void> {
  const state = stateAt(progress, step, config);
  const path = await saveCheckpoint(folder.checkpoints, state, trainer.variables, keepCheckpoints);
  onEvent({ type: 'checkpoint', phase: name, step, path });
}

function stateAt({ clock, best }: Progress, step: number, config: RunConfig): CheckpointState {
  return { step, trainedSeconds: clock.trainedSeconds, config, ...(best === undefined ? {} : { best }) };
}

async function trainStep<Batch>(phase: TrainingPhase<Batch>, step: number): Promise<LossNumbers> {
  const random = phase.randomAt(step);
  const batch = await phase.batchAt(step, random);
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
