import * as tf from '@tensorflow/tfjs';

/**
 * Runs `body` as if no gradient were being recorded, then goes on recording.
 *
 * The generator's forward pass runs once a step: inside its gradient function the discriminators take their
 * own step on the fakes, and that step's operations must not land on the generator's tape.
 */
export function suspendTape<T>(body: () => T): T {
  const { state } = tf.engine();
  const { activeTape, gradientDepth } = state;
  state.gradientDepth = 0;
  // TF.js itself keeps null here while nothing is recorded; its type does not say so.
  Reflect.set(state, 'activeTape', null);
  try {
    return body();
  } finally {
    state.activeTape = activeTape;
    state.gradientDepth = gradientDepth;
  }
}
