import * as tf from '@tensorflow/tfjs';
import type { Discriminator } from './discriminator.js';
import { judge } from './judgement.js';

/** R1 (Mescheder et al. 2018): how a discriminator is kept flat around real pictures. */
export interface RealPenaltyOptions {
  /** Gamma: half of it times the mean squared length of the gradient joins the discriminator's loss. 10 in StyleGAN. */
  weight: number;
  /**
   * The penalty is taken in every so many steps, the first among them, and counts as many times as much there (Karras et
   * al. 2020, "lazy regularisation"). 16 in StyleGAN2.
   */
  everySteps: number;
}

/** What the squared length is multiplied by in the step after `steps` others; 0 where the step has no penalty. */
export function realPenaltyWeight(options: RealPenaltyOptions | null, steps: number): number {
  if (options === null || steps % options.everySteps !== 0) return 0;
  return (options.weight / 2) * options.everySteps;
}

/**
 * The mean over the batch of the squared length of the gradient of a discriminator's logits, of all heads together, with
 * respect to real pictures `[batch, side, side, 3]`, as it sees them, shifted and cut. To be differentiated for the
 * discriminator's weights. No running statistics move.
 *
 * @param conditions of the pictures' own texts, `[batch, conditionDim]`; undefined without text.
 */
export function realPenalty(
  discriminator: Discriminator,
  reals: tf.Tensor4D,
  conditions: tf.Tensor2D | undefined,
): tf.Scalar {
  const sumOfLogits = (images: tf.Tensor) => {
    const judgement = judge(discriminator, images as tf.Tensor4D, conditions, {
      training: true,
      twiceDifferentiable: true,
    });
    const heads = [judgement.conditional, judgement.unconditional].filter((logits) => logits !== undefined);
    return heads.map((logits) => logits.sum()).reduce((total, sum) => total.add(sum));
  };
  const gradient = tf.grad(sumOfLogits)(reals);
  return gradient.square().sum([1, 2, 3]).mean<tf.Scalar>();
}
