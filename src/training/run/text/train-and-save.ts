import type * as tf from '@tensorflow/tfjs';
import { variablesOf } from '../../weights/named-variables.js';
import { type PhaseOutcome, runPhase, type TrainingPhase } from '../training-phase.js';
import type { EncoderPhase } from './encoder-phase.js';

/** A text encoder in training, and how it is measured at the end. */
export interface MeasuredEncoder<Split> {
  textEncoder: tf.LayersModel;
  train: Split;
  /** Undefined where nothing is held out. */
  test: Split | undefined;
  /** Share of first captions that find their own picture among all of the split, 0 to 1. */
  accuracyOn: (split: Split) => number;
}

/** Trains a text encoder to its last step and saves it with how well the captions of both splits find their pictures. */
export async function trainAndSave<Batch, Split>(
  { folder, context }: Pick<EncoderPhase<unknown>, 'folder' | 'context'>,
  training: TrainingPhase<Batch>,
  { textEncoder, train, test, accuracyOn }: MeasuredEncoder<Split>,
): Promise<PhaseOutcome> {
  const outcome = await runPhase(training, context);
  if (!outcome.finished) return outcome;
  const retrieval = {
    train: accuracyOn(train),
    test: test === undefined ? undefined : accuracyOn(test),
  };
  await folder.saveTextEncoder(variablesOf(textEncoder), retrieval);
  context.onEvent({ type: 'text-encoder-done', retrieval });
  return outcome;
}
