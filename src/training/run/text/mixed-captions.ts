import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../../sdk/noise/random-stream.js';
import { type TextSource, type TextVectors, tensorsOf } from './text-source.js';

/**
 * A source whose sentence vectors lie between those of two captions of the same picture, so that a generator learns more
 * points than there are captions (Reed et al. 2016, section 4.3, mix captions of any pictures, for which there is no real
 * picture then; the official TensorFlow code of StackGAN takes the mean of four captions of one). Both captions are drawn
 * alike and may be the same one; the words are those of the first, which has the larger share.
 * @param largestShare of the second caption, up to 0.5: each row has a share drawn evenly from 0 to it.
 */
export function mixedCaptions(source: TextSource, largestShare: number): TextSource {
  const mixed: TextSource = {
    draw: (pictures, random) => {
      const [first, second] = [source.draw(pictures, random), source.draw(pictures, random)];
      const sentences = between(first.sentences, second.sentences, largestShare, random);
      tf.dispose([first.sentences, ...tensorsOf(second)]);
      return { sentences, words: first.words } satisfies TextVectors;
    },
    first: (pictures) => source.first(pictures),
    dispose: () => source.dispose(),
  };
  const { wordsOf } = source;
  if (wordsOf !== undefined) mixed.wordsOf = (pictures) => wordsOf.call(source, pictures);
  return mixed;
}

function between(a: tf.Tensor2D, b: tf.Tensor2D, largestShare: number, random: RandomStream): tf.Tensor2D {
  return tf.tidy(() => {
    const shares = Array.from({ length: a.shape[0] }, () => [largestShare * random.uniform()]);
    return a.add(b.sub(a).mul(tf.tensor2d(shares)));
  });
}
