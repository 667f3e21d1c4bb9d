import * as tf from '@tensorflow/tfjs';
import { Adam } from '../../src/training/optimizers/adam.js';

/** Adam that remembers the gradients of its last step, by the TF.js names of the variables. */
export class RecordingAdam extends Adam {
  readonly gradients: Record<string, tf.Tensor> = {};

  override applyGradients(gradients: Record<string, tf.Tensor>): void {
    for (const [name, gradient] of Object.entries(gradients)) {
      this.gradients[name]?.dispose();
      // The step's own scope ends before the gradients are compared.
      this.gradients[name] = tf.keep(gradient.clone());
    }
    super.applyGradients(gradients);
  }
}
