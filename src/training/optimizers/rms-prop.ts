import * as tf from '@tensorflow/tfjs';
import type { NamedVariables } from '../weights/named-variables.js';
import type { Optimizer } from './optimizer.js';

export interface RmsPropOptions {
  learningRate: number;
  /** Share of the mean square that each update keeps. @default 0.99, as in Torch */
  decay?: number;
  /** Added to the root of the mean square. @default 1e-8, as in Torch */
  epsilon?: number;
}

/**
 * RMSProp (Tieleman & Hinton 2012) with Torch's epsilon, outside of the root, and with moments that can be saved under the
 * names of the variables they belong to; `tf.train.rmsprop` has its epsilon within and numbers its moments.
 */
export class RmsProp implements Optimizer {
  learningRate: number;
  /** Told only; its updates do not depend on it. */
  steps = 0;
  private readonly decay: number;
  private readonly epsilon: number;
  private readonly meanSquares = new Map<string, tf.Variable>();

  constructor(
    private readonly variables: NamedVariables,
    options: RmsPropOptions,
  ) {
    this.learningRate = options.learningRate;
    this.decay = options.decay ?? 0.99;
    this.epsilon = options.epsilon ?? 1e-8;
    for (const [name, variable] of variables) {
      this.meanSquares.set(
        name,
        tf.tidy(() => tf.variable(tf.zerosLike(variable), false)),
      );
    }
  }

  /** Moves every variable against its gradient; gradients are keyed by the variables' own TF.js names. */
  applyGradients(gradients: Readonly<Record<string, tf.Tensor>>): void {
    this.steps += 1;
    for (const [name, variable] of this.variables) {
      const gradient = gradients[variable.name];
      const meanSquare = this.meanSquares.get(name);
      if (gradient === undefined || meanSquare === undefined) {
        throw new Error(`Expected a gradient for ${name}, received none.`);
      }
      tf.tidy(() => {
        meanSquare.assign(meanSquare.mul(this.decay).add(gradient.square().mul(1 - this.decay)));
        const step = gradient.div(meanSquare.sqrt().add(this.epsilon));
        variable.assign(variable.sub(step.mul(this.learningRate)));
      });
    }
  }

  /** The mean squares by name, for a checkpoint. */
  moments(): NamedVariables {
    return new Map([...this.meanSquares].map(([name, moment]) => [`${name}/mean_square`, moment]));
  }

  dispose(): void {
    for (const moment of this.meanSquares.values()) moment.dispose();
  }
}
