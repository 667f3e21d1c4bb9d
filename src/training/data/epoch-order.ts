import type { RandomStream } from '../../sdk/noise/random-stream.js';

/**
 * The pictures of each step: every epoch goes through all of them once, in a new order, and a short rest is left out.
 * The order of an epoch depends on its number alone, so a step's pictures can be found without those before it.
 */
export class EpochOrder {
  private epoch = -1;
  private order: number[] = [];

  constructor(
    private readonly count: number,
    private readonly batchSize: number,
    private readonly randomAt: (epoch: number) => RandomStream,
  ) {}

  get stepsPerEpoch(): number {
    return Math.max(1, Math.floor(this.count / this.batchSize));
  }

  /** The epoch that step `step` (from 1) belongs to, from 0. */
  epochOf(step: number): number {
    return Math.floor((step - 1) / this.stepsPerEpoch);
  }

  /** Indices of the pictures of step `step` (from 1). */
  indicesAt(step: number): number[] {
    const epoch = this.epochOf(step);
    if (epoch !== this.epoch) {
      this.order = this.randomAt(epoch).shuffle(Array.from({ length: this.count }, (_, index) => index));
      this.epoch = epoch;
    }
    const first = ((step - 1) % this.stepsPerEpoch) * this.batchSize;
    return this.order.slice(first, first + this.batchSize);
  }
}
