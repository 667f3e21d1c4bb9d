import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset.js';
import type { DatasetOptions } from '../data/read-dataset.js';
import { summarizeConfig } from '../summary/summarize-architecture.js';
import type { GroupSummary } from '../summary/summarize-models.js';
import { phasesOf, withSteps } from './config/phase-steps.js';
import { loadPictures } from './load-pictures.js';
import { beginRun, type RunOrigins } from './new-run.js';
import { describeTrainable, readTrainableDataset } from './run-dataset.js';
import { RunFolder } from './run-folder.js';
import { StepWatch } from './step-watch.js';
import type { TrainEvent } from './train-events.js';
import { trainPhases } from './train-phases.js';

export interface DryRunOptions extends RunOrigins {
  /** A `RunConfig`. */
  config: unknown;
  /** Folder or file of the data set: see `readDataset`. */
  data: string;
  /** How the data set is to be read. */
  dataset?: DatasetOptions | undefined;
  /** As in `train`, of the part of the data that is measured. */
  maxPictureBytes?: number | undefined;
  onEvent?: (event: TrainEvent) => void;
  signal?: AbortSignal | undefined;
}

/** What a phase of a run would take. */
export interface PhaseCost {
  /** `text encoder`, `stage 1`, ... */
  name: string;
  /** Steps in all. */
  steps: number;
  /** Mean of the measured steps. */
  secondsPerStep: number;
  imagesPerSecond: number;
}

export interface DryRun {
  /** Layers, parameters, multiply-adds and memory, for one picture. */
  groups: GroupSummary[];
  phases: PhaseCost[];
  /** Largest resident memory of this process so far: all phases, on a part of the data. */
  peakMemoryBytes: number;
}

/** Steps that are measured, after one that warms the kernels up. */
const MEASURED_STEPS = 10;
/** More would only make the look of the image trunk at them longer. */
const MOST_PICTURES = 256;

/**
 * What a run would cost: its models counted, and ten steps of each of its phases measured on a part of the data, in a
 * temporary folder that is removed.
 * @throws WordbrushError as `train` does.
 */
export async function dryRun(options: DryRunOptions): Promise<DryRun> {
  const { data, signal, onEvent = () => undefined } = options;
  const begin = await beginRun(options.config, options);
  const whole = await readTrainableDataset(data, options.dataset);
  const dataset = someOf(whole);
  await begin.check(dataset);
  for (const message of describeTrainable(whole, begin.config)) onEvent({ type: 'dataset', message });
  const path = await mkdtemp(join(tmpdir(), 'wordbrush-dry-run-'));
  try {
    const folder = new RunFolder(path);
    await begin.create(folder, dataset);
    const pictures = await loadPictures(dataset, begin.config, {
      signal,
      maxPictureBytes: options.maxPictureBytes,
    });
    const watch = new StepWatch();
    const watched = (event: TrainEvent) => {
      watch.see(event);
      // What it writes is gone again in the end.
      if (event.type !== 'checkpoint' && event.type !== 'sample') onEvent(event);
    };
    const short = withSteps(begin.config, (steps) => Math.min(steps, MEASURED_STEPS + 1));
    const config = 'keepBest' in short ? { ...short, keepBest: null } : short;
    const context = { onEvent: watched, signal, config };
    try {
      await trainPhases({ config, folder, dataset, pictures, context });
    } finally {
      await pictures.close();
    }
    const planned = phasesOf(begin.config);
    const { size } = await folder.readVocabulary();
    return {
      groups: summarizeConfig(begin.config, size),
      phases: watch.times().map(({ name, secondsPerStep }) => {
        const { steps, batchSize } = planned.find((phase) => phase.name === name) ?? {
          steps: 0,
          batchSize: 0,
        };
        return { name, steps, secondsPerStep, imagesPerSecond: batchSize / secondsPerStep };
      }),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
    };
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}

function someOf(dataset: Dataset): Dataset {
  const train = dataset.train.slice(0, MOST_PICTURES);
  const test = dataset.test.slice(0, MOST_PICTURES / 8);
  return { ...dataset, train, test, images: [...train, ...test] };
}
