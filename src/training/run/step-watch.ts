import type { TrainEvent } from './train-events.js';

export interface StepTimes {
  name: string;
  /** Mean of all steps but the first, which warms the kernels up. */
  secondsPerStep: number;
}

/** Times the steps of each phase of a run by its events. */
export class StepWatch {
  private readonly seconds = new Map<string, number[]>();

  see(event: TrainEvent): void {
    if (event.type !== 'step') return;
    const times = this.seconds.get(event.phase) ?? [];
    times.push(event.stepSeconds);
    this.seconds.set(event.phase, times);
  }

  /** In the order in which the phases ran. */
  times(): StepTimes[] {
    return [...this.seconds].map(([name, seconds]) => {
      const measured = seconds.length > 1 ? seconds.slice(1) : seconds;
      return { name, secondsPerStep: measured.reduce((sum, time) => sum + time, 0) / measured.length };
    });
  }
}
