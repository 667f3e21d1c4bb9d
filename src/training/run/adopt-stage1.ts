import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { WordbrushError } from '../../sdk/errors.js';
import { checkpointSteps } from './checkpoint-places.js';
import type { RunConfig } from './config/run-config.js';
import type { StackganConfig } from './config/stackgan-config.js';
import { RunFolder } from './run-folder.js';

/** A Stage-I of StackGAN that another run has trained as far as it is wanted. */
export interface TrainedStage1 {
  config: StackganConfig;
  /** The newest checkpoint's. */
  step: number;
  folder: RunFolder;
}

/** @throws WordbrushError CHECKPOINT_INVALID for a folder without a run of StackGAN, or before its first checkpoint. */
export async function readTrainedStage1(run: string): Promise<TrainedStage1> {
  const folder = new RunFolder(run);
  const config = await folder.readConfig();
  const step = (await checkpointSteps(folder.main.checkpoints)).at(-1);
  if (config.architecture === 'stackgan' && step !== undefined) return { config, step, folder };
  const received =
    config.architecture === 'stackgan' ? 'one without a checkpoint' : `one of ${config.architecture}`;
  throw new WordbrushError(
    'CHECKPOINT_INVALID',
    `Expected ${run} to be a run of stackgan with a trained Stage-I, received ${received}.`,
    { hint: 'Train Stage-I first: wordbrush train --architecture stackgan --set stage2=null.' },
  );
}

/**
 * A configuration whose Stage-I, text and captions are those of the trained one, at the step that it has reached.
 * @throws WordbrushError CONFIG_INVALID where there is no Stage-II to train behind it.
 */
export function withTrainedStage1(config: RunConfig, { config: from, step }: TrainedStage1): RunConfig {
  if (config.architecture !== 'stackgan' || config.stage2 === null) {
    throw new WordbrushError(
      'CONFIG_INVALID',
      'Expected a configuration of stackgan with a stage2, to train behind the Stage-I given.',
    );
  }
  const { variant, captions, textEncoder, wrongPairs } = from;
  return { ...config, variant, captions, textEncoder, wrongPairs, stage1: { ...from.stage1, steps: step } };
}

/** Copies the checkpoint of Stage-I, so that the run holds all it needs. */
export async function adoptStage1(to: RunFolder, { folder: from, step }: TrainedStage1): Promise<void> {
  const placeIn = (folder: RunFolder) => join(folder.main.checkpoints, String(step));
  await cp(placeIn(from), placeIn(to), { recursive: true });
}
