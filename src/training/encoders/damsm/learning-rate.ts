export interface DamsmScheduleOptions {
  /** @default 2e-3 */
  start?: number;
  /** What each epoch leaves of the rate of the one before. @default 0.98 */
  decay?: number;
  /** The rate falls no more once it is not above this. @default 2e-4 */
  end?: number;
}

/** Learning rate of DAMSM's pretraining in epoch 0, 1, 2, ..., as in the official code: falls until epoch 114. */
export function damsmLearningRate(epoch: number, options: DamsmScheduleOptions = {}): number {
  const { start = 2e-3, decay = 0.98, end = 2e-4 } = options;
  const decays = Math.ceil(Math.log(end / start) / Math.log(decay));
  return start * decay ** Math.min(epoch, decays);
}
