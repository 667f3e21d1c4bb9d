import type { RandomStream } from '../../sdk/noise/random-stream.js';
import type { LossNumbers } from '../losses/loss-numbers.js';
import { MovingAverage } from '../optimizers/moving-average.js';
import type { Optimizer } from '../optimizers/optimizer.js';
import { optimizerVariables } from '../optimizers/optimizer-variables.js';
import { Trainer } from '../trainer.js';
import { mergeVariables, type NamedVariables } from '../weights/named-variables.js';

export interface AdversarialParts {
  /** All weights of generator and discriminators, running statistics included, by the names of a checkpoint. */
  weights: NamedVariables;
  /** The generator's weights that gradients move: what is averaged. */
  generatorVariables: NamedVariables;
  optimizers: readonly Optimizer[];
  /** Decay of the moving average of the generator's weights, below 1; 0 keeps none. */
  averageDecay: number;
}

/** What every adversarial step tells, beside the terms of its architecture. */
export type AdversarialLossNumbers = LossNumbers & {
  /** What the discriminators minimise, all of them together. */
  discriminator: number;
  /** How far the discriminators are from taking the fakes for real: the generator's adversarial loss. */
  generator: number;
};

/** A generator, its discriminators, what moves them, and the moving average of the generator. */
export abstract class AdversarialTrainer<
  Batch,
  Losses extends AdversarialLossNumbers = AdversarialLossNumbers,
> extends Trainer<Batch, Losses> {
  private readonly average: MovingAverage | undefined;

  protected constructor({ weights, generatorVariables, optimizers, averageDecay }: AdversarialParts) {
    const average = averageDecay > 0 ? new MovingAverage(generatorVariables, averageDecay) : undefined;
    super({ variables: mergeVariables(weights, optimizerVariables(optimizers, average)), optimizers });
    this.average = average;
  }

  /** Runs `body` while the generator has its averaged weights: the ones to look at. */
  withAveragedWeights<T>(body: () => T): T {
    return this.average === undefined ? body() : this.average.swapIn(body);
  }

  /** Makes the averaged weights the generator's own for good: for export. */
  adoptAveragedWeights(): void {
    this.average?.adopt();
  }

  protected override update(batch: Batch, random: RandomStream): Losses {
    const losses = this.compete(batch, random);
    this.average?.update();
    return losses;
  }

  /** One step of the discriminators, then of the generator; see `update`. */
  protected abstract compete(batch: Batch, random: RandomStream): Losses;
}
