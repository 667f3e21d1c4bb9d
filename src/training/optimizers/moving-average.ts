import * as tf from '@tensorflow/tfjs';
import type { NamedVariables } from '../weights/named-variables.js';

/**
 * Exponential moving average of a generator's trainable weights. Running statistics are not averaged: they come
 * from the live generator, as in the official code.
 */
export class MovingAverage {
  readonly averages: NamedVariables;

  constructor(
    private readonly live: NamedVariables,
    readonly decay: number,
  ) {
    this.averages = new Map(
      [...live].map(([name, variable]) => [name, tf.tidy(() => tf.variable(variable.clone(), false))]),
    );
  }

  /** Moves every average a little towards the live weight. */
  update(): void {
    for (const [name, variable] of this.live) {
      const average = this.averages.get(name);
      if (average === undefined) continue;
      tf.tidy(() => average.assign(average.mul(this.decay).add(variable.mul(1 - this.decay))));
    }
  }

  /** Runs `body` with the averages in the live variables' place, then puts the live values back. */
  swapIn<T>(body: () => T): T {
    const kept = new Map([...this.live].map(([name, variable]) => [name, variable.clone()]));
    this.assignLive(this.averages);
    try {
      return body();
    } finally {
      this.assignLive(kept);
      for (const tensor of kept.values()) tensor.dispose();
    }
  }

  /** Makes the averages the live weights for good: for export, after which no training follows. */
  adopt(): void {
    this.assignLive(this.averages);
  }

  dispose(): void {
    for (const average of this.averages.values()) average.dispose();
  }

  private assignLive(values: ReadonlyMap<string, tf.Tensor>): void {
    for (const [name, variable] of this.live) {
      const value = values.get(name);
      if (value !== undefined) tf.tidy(() => variable.assign(value.clone()));
    }
  }
}
