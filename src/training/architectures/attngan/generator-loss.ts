import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';
import {
  type DamsmLosses,
  type DamsmLossOptions,
  damsmLoss,
  type ImageEmbedding,
  type TextEmbedding,
} from '../../encoders/damsm/damsm-loss.js';
import type { AdversarialLoss } from '../../losses/adversarial.js';
import type { ConditionalDiscriminator } from '../discriminator.js';
import { type FakeLoss, fakeLoss, judgeFakes } from '../text-matching.js';

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

/** Text that comes as whole sentences only, `[batch, dim]`. */
interface SentenceEmbedding {
  sentences: tf.Tensor2D;
  words?: undefined;
}

export interface GeneratorLoss {
  /** By discriminator, smallest picture first. */
  adversarial: FakeLoss[];
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
  /** What happens to pictures before a discriminator sees them. @default nothing */
  augment?: (images: tf.Tensor4D) => tf.Tensor4D;
}

/**
 * The generator's loss (AttnGAN, equations 3 and 4; `generator_loss` of the official code): both heads of all
 * discriminators, summed without the paper's halves, and lambda times the DAMSM loss of the largest pictures.
 *
 * @param fakes one tensor a discriminator, smallest first.
 * @param text with words where DAMSM reads them.
 * @param sameClass see `damsmLoss`.
 * @throws {WordbrushError} `INVALID_OPTION` for text without words where DAMSM reads them.
 */
export function generatorLoss(
  { discriminators, adversarial, similarity, augment = (images) => images }: GeneratorLossOptions,
  fakes: readonly tf.Tensor4D[],
  text: TextEmbedding | SentenceEmbedding,
  sameClass: tf.Tensor2D | undefined,
): GeneratorLoss {
  const losses = discriminators.map((discriminator, index) =>
    fakeLoss(judgeFakes(discriminator, augment(fakeAt(fakes, index)), text.sentences), adversarial),
  );
  const sum = losses.map(({ total }) => total).reduce((total, loss) => total.add(loss));
  if (similarity === undefined) return { adversarial: losses, similarity: undefined, total: sum };
  const image = similarity.encodeImages(fakeAt(fakes, fakes.length - 1));
  if (text.words === undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      'Expected words for the DAMSM loss, received sentences alone.',
    );
  }
  const damsm = damsmLoss(image, text, sameClass, similarity);
  return { adversarial: losses, similarity: damsm, total: sum.add(damsm.total.mul(similarity.weight)) };
}

function fakeAt(fakes: readonly tf.Tensor4D[], index: number): tf.Tensor4D {
  const fake = fakes[index];
  if (fake !== undefined) return fake;
  throw new RangeError(`Expected a picture for each discriminator, received ${fakes.length}.`);
}
