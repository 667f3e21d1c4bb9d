import type { LossNumbers } from '../losses/loss-numbers.js';

/** What a training run tells while it goes. `phase` is a name for people: `text encoder`, `stage 1`. */
export type TrainEvent =
  | { type: 'data'; message: string }
  | { type: 'text-encoder-done'; retrieval: RetrievalReport }
  /** Of a phase that begins with weights of another run: how many of its variables it found there. */
  | { type: 'warm-start'; phase: string; taken: number; of: number }
  | { type: 'resume'; phase: string; step: number }
  | {
      type: 'step';
      phase: string;
      step: number;
      steps: number;
      epoch: number;
      losses: LossNumbers;
      /** What the step itself took, its batch included. */
      stepSeconds: number;
      /** Mean over the last steps, with whatever came between them. */
      imagesPerSecond: number;
      secondsLeft: number;
    }
  | { type: 'validation'; phase: string; step: number; metrics: LossNumbers }
  | { type: 'sample'; phase: string; step: number; path: string }
  | { type: 'checkpoint'; phase: string; step: number; path: string };

/** Share of captions (the first of each picture) whose nearest picture of the split is their own, 0 to 1. */
export interface RetrievalReport {
  train: number;
  /** Undefined where nothing is held out. */
  test?: number | undefined;
}
