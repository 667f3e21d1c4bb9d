import * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../sdk/errors.js';

/** Watches that a piece of work which is done again and again leaves no tensor behind. Costs next to nothing. */
export class LiveTensors {
  private readonly expected = tf.memory().numTensors;

  /**
   * @param step the step that is over, for the message.
   * @throws {WordbrushError} `TENSORS_LEAKED` unless as many tensors are alive as when this was made.
   */
  requireSame(step: number): void {
    const { numTensors } = tf.memory();
    if (numTensors === this.expected) return;
    throw new WordbrushError(
      'TENSORS_LEAKED',
      `Expected ${this.expected} live tensors after step ${step}, as before it, received ${numTensors}.`,
      {
        hint: 'Dispose of what each step makes, or make it inside tf.tidy.',
        details: { step, expected: this.expected, received: numTensors },
      },
    );
  }
}
