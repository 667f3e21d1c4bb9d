import type { LossNumbers } from '../losses/loss-numbers.js';
import type { TrainingWarning } from './warnings/training-warnings.js';

/** What a training run tells while it goes. `phase` is a name for people: `text encoder`, `stage 1`. */
export type TrainEvent =
  /** What there is to train on, and what was left out or mended of it or looks wrong: each once. */
  | { type: 'dataset'; message: string }
  /** How far the pictures are looked at. */
  | { type: 'data'; message: string }
  | { type: 'text-encoder-done'; retrieval: RetrievalReport }
  /** Of a phase that begins with weights of another run: how many of its variables it found there. */
  | { type: 'warm-start'; phase: string; taken: number; of: number }
  | { type: 'resume'; phase: string; step: number }
  /** A checkpoint that could not be read: it was laid aside at `path`, and an older one is taken. */
  | { type: 'damaged-checkpoint'; phase: string; step: number; path: string; reason: string }
  /** Fields that `config.json` sets otherwise than when the checkpoint was written. */
  | { type: 'config-changed'; phase: string; fields: string[] }
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
  /** The measurement at this step was the best so far; its weights lie at `path`. */
  | { type: 'best'; phase: string; step: number; path: string }
  | { type: 'sample'; phase: string; step: number; path: string }
  /** A sign that training goes wrong, though it goes on. */
  | { type: 'warning'; phase: string; step: number; warning: TrainingWarning }
  | { type: 'checkpoint'; phase: string; step: number; path: string };

/** Share of captions (the first of each picture) whose nearest picture of the split is their own, 0 to 1. */
export interface RetrievalReport {
  train: number;
  /** Undefined where nothing is held out. */
  test?: number | undefined;
}
