import type { DatasetOptions } from '../data/read-dataset.js';
import { withGeneratorSteps } from './config/phase-steps.js';
import { loadPictures } from './load-pictures.js';
import { beginRun, type RunOrigins } from './new-run.js';
import { requireResumable, requireSameVocabulary } from './require-resumable.js';
import { describeTrainable, readTrainableDataset, requireSameData } from './run-dataset.js';
import { RunFolder } from './run-folder.js';
import { RunLock } from './run-lock.js';
import type { TrainEvent } from './train-events.js';
import { trainPhases } from './train-phases.js';

export interface TrainOptions extends RunOrigins {
  /** A `RunConfig`; not looked at when a run is resumed. */
  config: unknown;
  /** Folder or file of the data set: see `readDataset`. */
  data: string;
  /** How the data set is to be read. */
  dataset?: DatasetOptions | undefined;
  /** Bytes of pixels that may stay in memory; what would be more is decoded by threads as training goes on. @default 1 GiB */
  maxPictureBytes?: number | undefined;
  /** Folder of the run. */
  out: string;
  /** Go on with the run that `out` holds, under the configuration that it has. */
  resume?: boolean;
  /** Train generators up to this step at most, whatever the configuration says. */
  steps?: number | undefined;
  onEvent?: (event: TrainEvent) => void;
  /** When aborted, training stops after the step under way with a checkpoint. */
  signal?: AbortSignal | undefined;
}

/** How far a call of {@link train} came. */
export interface TrainOutcome {
  /** False when the signal stopped it before the last step. */
  finished: boolean;
  /** The step of the newest checkpoint of the last phase that was begun; undefined before there is one. */
  checkpointStep: number | undefined;
}

/**
 * Trains what a configuration says on the training split of a data set: the text encoder, then the generator. TensorFlow.js
 * must have a backend. Nothing is written before configuration and data are known to be sound.
 * @throws WordbrushError RUN_EXISTS, RUN_IN_USE, CHECKPOINT_INVALID, CONFIG_INVALID, DATASET_INVALID, WEIGHTS_INVALID,
 * PACKAGE_MISSING, OUTPUT_NOT_WRITABLE, TRAINING_DIVERGED
 */
export async function train(options: TrainOptions): Promise<TrainOutcome> {
  const { data, out, signal, resume = false, onEvent = () => undefined } = options;
  const folder = new RunFolder(out);
  await requireResumable(folder, resume);
  const begin = resume ? undefined : await beginRun(options.config, options);
  const config = begin === undefined ? await folder.readConfig() : begin.config;
  const dataset = await readTrainableDataset(data, options.dataset);
  for (const message of describeTrainable(dataset, config)) onEvent({ type: 'dataset', message });
  const pictures = await loadPictures(dataset, config, { signal, maxPictureBytes: options.maxPictureBytes });
  try {
    await begin?.check(dataset);
    const lock = await RunLock.take(out);
    try {
      if (begin === undefined) {
        await requireSameData(folder, dataset);
        await requireSameVocabulary(folder);
      } else await begin.create(folder, dataset);
      const context = { onEvent, signal, config };
      const { steps: most = Number.POSITIVE_INFINITY } = options;
      const limited = withGeneratorSteps(config, (steps) => Math.min(steps, most));
      return await trainPhases({ config: limited, folder, dataset, pictures, context });
    } finally {
      await lock.release();
    }
  } finally {
    await pictures.close();
  }
}
