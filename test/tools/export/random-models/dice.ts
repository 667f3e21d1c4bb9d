import { RandomStream } from '../../../../src/sdk/noise/index.js';

/** Draws for a random model: the same for the same seed. */
export class Dice {
  private readonly stream: RandomStream;

  constructor(seed: number) {
    this.stream = new RandomStream(seed);
  }

  /** An integer from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return low + this.stream.integer(high - low + 1);
  }

  chance(probability: number): boolean {
    return this.stream.uniform() < probability;
  }

  pick<Entry>(entries: readonly Entry[]): Entry {
    const entry = entries[this.stream.integer(entries.length)];
    if (entry === undefined) throw new RangeError('Expected entries to pick from.');
    return entry;
  }

  /** As many integers from `low` to `high`. */
  integers(count: number, low: number, high: number): number[] {
    return Array.from({ length: count }, () => this.integer(low, high));
  }

  /** Some of the entries, at least one, in their order. */
  some<Entry>(entries: readonly Entry[]): Entry[] {
    const chosen = entries.filter(() => this.chance(0.5));
    return chosen.length > 0 ? chosen : [this.pick(entries)];
  }

  shuffle<Entry>(entries: readonly Entry[]): Entry[] {
    const left = [...entries];
    return entries.flatMap(() => left.splice(this.stream.integer(left.length), 1));
  }
}
