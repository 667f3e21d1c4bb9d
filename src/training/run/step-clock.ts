/** Speed is told as the mean over so many steps, which hides the odd slow one. */
const WINDOW_STEPS = 20;

/** How fast steps follow one another, and how long training has taken in all. */
export class StepClock {
  private readonly startedMs = performance.now();
  private readonly finishedMs: number[] = [this.startedMs];

  /** @param secondsBefore what was trained before this call, of which the clock knows nothing. */
  constructor(
    private readonly batchSize: number,
    private readonly secondsBefore: number,
  ) {}

  /** To be called after each step. @returns pictures a second, the mean over the last steps. */
  tick(): number {
    this.finishedMs.push(performance.now());
    if (this.finishedMs.length > WINDOW_STEPS) this.finishedMs.shift();
    const elapsedMs = (this.finishedMs.at(-1) ?? 0) - (this.finishedMs[0] ?? 0);
    return ((this.finishedMs.length - 1) * this.batchSize * 1000) / elapsedMs;
  }

  get trainedSeconds(): number {
    return this.secondsBefore + (performance.now() - this.startedMs) / 1000;
  }
}
