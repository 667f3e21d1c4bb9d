import { WordbrushError } from '../sdk/errors.js';
import type { RandomStream } from '../sdk/noise/random-stream.js';
import { LiveTensors } from './backend/live-tensors.js';
import type { LossNumbers } from './losses/loss-numbers.js';
import type { Optimizer } from './optimizers/optimizer.js';
import type { NamedVariables } from './weights/named-variables.js';

/** What a trainer is made of. */
export interface TrainedParts {
  /** All variables that a checkpoint needs, by name. */
  variables: NamedVariables;
  /** At the learning rates that training starts with. */
  optimizers: readonly Optimizer[];
}

/** Everything that a training changes, and the step that changes it. */
export abstract class Trainer<Batch, Losses extends LossNumbers = LossNumbers> {
  /** All variables that a checkpoint needs, by name. */
  readonly variables: NamedVariables;
  private readonly optimizers: readonly { optimizer: Optimizer; learningRate: number }[];
  private done = 0;

  protected constructor({ variables, optimizers }: TrainedParts) {
    this.variables = variables;
    this.optimizers = optimizers.map((optimizer) => ({ optimizer, learningRate: optimizer.learningRate }));
  }

  /** How many steps are behind it. */
  get steps(): number {
    return this.done;
  }

  /**
   * One training step. The batch stays its owner's.
   *
   * @param random what augmentation and dropout draw from, where there are any.
   * @param learningRateFactor what the learning rates of the options are multiplied by in this step, above 0: a half
   * after the first halving. It is a matter of the step, not of the trainer, so that a resumed run needs no memory of it.
   * @throws {WordbrushError} `INVALID_OPTION` for a batch or factor that cannot be; nothing has moved then.
   * `TENSORS_LEAKED` if the step has left tensors behind.
   */
  step(batch: Batch, random: RandomStream, learningRateFactor = 1): Losses {
    requireFactor(learningRateFactor);
    const tensors = new LiveTensors();
    for (const { optimizer, learningRate } of this.optimizers) {
      optimizer.learningRate = learningRate * learningRateFactor;
    }
    const losses = this.update(batch, random);
    this.done += 1;
    tensors.requireSame(this.done);
    return losses;
  }

  /** Goes on after `step` steps, once the variables were loaded: the optimisers' corrections depend on it. */
  resumeAt(step: number): void {
    this.done = step;
    for (const { optimizer } of this.optimizers) optimizer.steps = step;
  }

  /** Gives back the memory of all variables; the trainer is of no use afterwards. */
  dispose(): void {
    for (const variable of this.variables.values()) variable.dispose();
  }

  /** Moves the variables. Checks the batch before anything moves, and leaves no tensor behind. */
  protected abstract update(batch: Batch, random: RandomStream): Losses;
}

function requireFactor(factor: number): void {
  if (Number.isFinite(factor) && factor > 0) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected learningRateFactor: a number above 0, received ${factor}.`,
  );
}
