import type * as tf from '@tensorflow/tfjs';
import type { Discriminator } from '../discriminator.js';

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
  { backbone, conditionalHead, unconditionalHead }: Discriminator,
  images: tf.Tensor4D,
  conditions: tf.Tensor2D | undefined,
  options: { training: boolean },
): Judgement {
  const features = backbone.apply(images, options) as tf.Tensor;
  const conditional =
    conditions === undefined
      ? undefined
      : (conditionalHead?.apply([features, conditions], options) as tf.Tensor | undefined);
  const unconditional = unconditionalHead?.apply(features, options) as tf.Tensor | undefined;
  return { conditional, unconditional };
}
