import type { AdversarialLosses } from '../architectures/stackgan/adversarial-step.js';

/** What a training run tells while it goes. */
export type TrainEvent =
  | { type: 'data'; message: string }
  | { type: 'text-encoder-step'; step: number; steps: number; loss: number }
  | { type: 'text-encoder-done'; retrieval: RetrievalReport }
  | { type: 'resume'; step: number }
  | {
      type: 'step';
      step: number;
      steps: number;
      epoch: number;
      losses: AdversarialLosses;
      /** Mean over the last steps. */
      imagesPerSecond: number;
      secondsLeft: number;
    }
  | { type: 'sample'; step: number; path: string }
  | { type: 'checkpoint'; step: number; path: string };

/** Share of captions (the first of each picture) whose nearest picture of the split is their own, 0 to 1. */
export interface RetrievalReport {
  train: number;
  /** Undefined where nothing is held out. */
  test?: number | undefined;
}
