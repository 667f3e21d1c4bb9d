import { WordbrushError } from '../../sdk/errors.js';
import type { LossNumbers } from './loss-numbers.js';

export interface FiniteLossOptions {
  /** Path of the newest checkpoint, which was written before the loss broke; undefined before there is one. */
  lastGoodCheckpoint?: string | undefined;
}

/**
 * Stops training whose numbers are no longer numbers.
 * @param step the step that gave the losses, for the message.
 * @throws {WordbrushError} `TRAINING_DIVERGED` naming the step, the first loss that is NaN or infinite, and the last
 * good checkpoint.
 */
export function requireFiniteLosses(
  losses: LossNumbers,
  step: number,
  options: FiniteLossOptions = {},
): void {
  const broken = Object.entries(losses).find(([, value]) => !Number.isFinite(value));
  if (broken === undefined) return;
  const [loss, value] = broken;
  const { lastGoodCheckpoint } = options;
  throw new WordbrushError(
    'TRAINING_DIVERGED',
    `Expected finite losses, but "${loss}" became ${value} at step ${step}.`,
    {
      hint:
        lastGoodCheckpoint === undefined
          ? 'No checkpoint was written yet: start again with lower learning rates.'
          : `The last good checkpoint is ${lastGoodCheckpoint}; lower the learning rates in config.json and go on with --resume.`,
      details: { step, loss, value: String(value), lastGoodCheckpoint },
    },
  );
}
