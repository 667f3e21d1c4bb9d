import type * as tf from '@tensorflow/tfjs';
import { outputOf, type PassOptions } from '../layers/model-outputs.js';
import type { ConditionalDiscriminator, Discriminator } from './discriminator.js';

/** What a discriminator says about a batch: logits `[batch, 1]` of the heads that it has. */
export interface Judgement {
  /** Is the picture real, and does it fit its condition? */
  conditional: tf.Tensor | undefined;
  /** Is the picture real? */
  unconditional: tf.Tensor | undefined;
}

/**
 * One pass of a discriminator over pictures `[batch, side, side, 3]` and conditions `[batch, conditionDim]`; without
 * conditions the conditional head is left out.
 */
export function judge(
  discriminator: ConditionalDiscriminator,
  images: tf.Tensor4D,
  conditions: tf.Tensor2D,
  options: PassOptions,
): Judgement & { conditional: tf.Tensor };
export function judge(
  discriminator: Discriminator,
  images: tf.Tensor4D,
  conditions: tf.Tensor2D | undefined,
  options: PassOptions,
): Judgement;
export function judge(
  { backbone, conditionalHead, unconditionalHead }: Discriminator,
  images: tf.Tensor4D,
  conditions: tf.Tensor2D | undefined,
  options: PassOptions,
): Judgement {
  const features = outputOf(backbone, images, options);
  return {
    conditional:
      conditions === undefined || conditionalHead === undefined
        ? undefined
        : outputOf(conditionalHead, [features, conditions], options),
    unconditional:
      unconditionalHead === undefined ? undefined : outputOf(unconditionalHead, features, options),
  };
}
