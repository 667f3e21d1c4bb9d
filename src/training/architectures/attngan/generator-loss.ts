import * as tf from '@tensorflow/tfjs';
import {
  type DamsmLosses,
  type DamsmLossOptions,
  damsmLoss,
  type ImageEmbedding,
  type TextEmbedding,
} from '../../encoders/damsm/damsm-loss.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import type { ConditionalDiscriminator } from '../discriminator.js';

/** What one discriminator thinks of the fakes of its size; means over the batch. */
export interface AdversarialTerms {
  conditional: tf.Scalar;
  /** Undefined for a discriminator without that head. */
  unconditional: tf.Scalar | undefined;
}

/** Training passes of one discriminator over fakes `[batch, size, size, 3]` and sentences `[batch, sentenceDim]`. */
export function adversarialTerms(
  discriminator: ConditionalDiscriminator,
  fakes: tf.Tensor4D,
  sentences: tf.Tensor2D,
  adversarial: AdversarialLoss,
): AdversarialTerms {
  const { backbone, conditionalHead, unconditionalHead } = discriminator;
  const apply = (model: tf.LayersModel, inputs: tf.Tensor | tf.Tensor[]) =>
    adversarial.generator(model.apply(inputs, { training: true }) as tf.Tensor);
  const features = backbone.apply(fakes, { training: true }) as tf.Tensor;
  const conditional = apply(conditionalHead, [features, sentences]);
  return {
    conditional,
    unconditional: unconditionalHead === undefined ? undefined : apply(unconditionalHead, features),
  };
}

/** How the similarity of picture and text enters the generator's loss. */
export interface SimilarityOptions extends DamsmLossOptions {
  /**
   * The frozen image encoder, in inference: pictures of the last size, `[batch, size, size, 3]` in [-1, 1], to
   * regions and codes. The generator's gradient flows through it.
   */
  encodeImages: (images: tf.Tensor4D) => ImageEmbedding;
  /** Lambda: 5 for CUB, 50 for COCO, 1 for AttnDCGAN. */
  weight: number;
}

export interface GeneratorLoss {
  /** By discriminator, smallest picture first. */
  adversarial: AdversarialTerms[];
  /** Not yet multiplied by lambda; undefined without an image encoder. */
  similarity: DamsmLosses | undefined;
  /** Everything but the divergence of the conditioning augmentation. */
  total: tf.Scalar;
}

export interface GeneratorLossOptions {
  discriminators: readonly ConditionalDiscriminator[];
  adversarial: AdversarialLoss;
  /** Undefined trains without DAMSM. */
  similarity: SimilarityOptions | undefined;
}

/**
 * The generator's loss (AttnGAN, equations 3 and 4; `generator_loss` of the official code): both heads of all
 * discriminators, summed without the paper's halves, and lambda times the DAMSM loss of the largest pictures.
 *
 * @param fakes one tensor a discriminator, smallest first.
 * @param sameClass see `damsmLoss`.
 */
export function generatorLoss(
  { discriminators, adversarial, similarity }: GeneratorLossOptions,
  fakes: readonly tf.Tensor4D[],
  text: TextEmbedding,
  sameClass: tf.Tensor2D | undefined,
): GeneratorLoss {
  const terms = discriminators.map((discriminator, index) =>
    adversarialTerms(discriminator, fakeAt(fakes, index), text.sentences, adversarial),
  );
  const all = terms.flatMap(({ conditional, unconditional }) => [conditional, unconditional]);
  const sum = tf.addN(all.filter((term) => term !== undefined)) as tf.Scalar;
  if (similarity === undefined) return { adversarial: terms, similarity: undefined, total: sum };
  const image = similarity.encodeImages(fakeAt(fakes, fakes.length - 1));
  const losses = damsmLoss(image, text, sameClass, similarity);
  return { adversarial: terms, similarity: losses, total: sum.add(losses.total.mul(similarity.weight)) };
}

function fakeAt(fakes: readonly tf.Tensor4D[], index: number): tf.Tensor4D {
  const fake = fakes[index];
  if (fake !== undefined) return fake;
  throw new RangeError(`Expected a picture for each discriminator, received ${fakes.length}.`);
}
