import * as tf from '@tensorflow/tfjs';
import { ofRank } from './model-outputs.js';

/**
 * The steps of `[batch, time, channels]`, each `[batch, channels]`. Like `tf.unstack`, whose gradient TF.js cannot take
 * where there is one step alone: in a batch of captions of one word.
 */
export function timeSteps(sequence: tf.Tensor3D): tf.Tensor2D[] {
  const [batch, time, channels] = sequence.shape;
  if (time === 1) return [sequence.reshape([batch, channels])];
  return tf.unstack(sequence, 1).map((step) => ofRank(step, 2));
}
