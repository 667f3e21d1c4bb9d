import type { LossNumbers } from '../../losses/loss-numbers.js';

/** How well the discriminators tell real pictures from drawn ones over the last steps. */
export class AccuracyWindow {
  /** Steps that it is told over: one batch says little. */
  static readonly steps = 500;
  private readonly reals: number[] = [];
  private readonly fakes: number[] = [];

  /** What a step told; numbers of other names are passed over. */
  add(losses: LossNumbers): void {
    const real = meanOf(losses, 'accuracyReal');
    const fake = meanOf(losses, 'accuracyFake');
    if (real === undefined || fake === undefined) return;
    push(this.reals, real);
    push(this.fakes, fake);
  }

  /** The lower of the shares of reals and of fakes that were judged rightly; undefined before there are enough steps. */
  get accuracy(): number | undefined {
    if (this.reals.length < AccuracyWindow.steps) return undefined;
    return Math.min(mean(this.reals), mean(this.fakes));
  }
}

/** Over the scales of an architecture that has several: `accuracyReal64`, `accuracyReal128`. */
function meanOf(losses: LossNumbers, name: string): number | undefined {
  const values = Object.entries(losses).filter(([key]) => key.replace(/\d+$/, '') === name);
  return values.length === 0 ? undefined : mean(values.map(([, value]) => value));
}

function push(values: number[], value: number): void {
  values.push(value);
  if (values.length > AccuracyWindow.steps) values.shift();
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
