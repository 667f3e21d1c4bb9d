import * as tf from '@tensorflow/tfjs';
import { LengthMask } from '../../layers/length-mask.js';
import { PairCosine } from './pair-cosine.js';
import type { WordMatchingOptions } from './word-matching.js';
import { WordRegions } from './word-regions.js';
import { WordRelevance } from './word-relevance.js';
import { WordScore } from './word-score.js';

export interface MatcherOptions extends WordMatchingOptions {
  /** Size of regions, codes, words and sentences. */
  dim: number;
  /** Height and width of the image encoder's map. */
  regionsSide: number;
}

/**
 * Matches every picture with every text, as `wordScores` and `sentenceScores` do in training. It has no weights.
 *
 * Inputs: `regions` `[images, side, side, dim]`, `global` `[images, dim]`, `words` `[texts, time, dim]` padded at the end,
 * `lengths` `[texts]` int32 and `sentence` `[texts, dim]`. Outputs: sentence scores and word scores `[images, texts]`,
 * word relevance `[images, texts, time]`, word regions `[images, texts, time, side * side]`.
 */
export function buildMatcher(options: MatcherOptions): tf.LayersModel {
  const { dim, regionsSide, gamma1 = 4, gamma2 = 5, wordScore = 'official' } = options;
  const regions = tf.input({ shape: [regionsSide, regionsSide, dim], name: 'regions' });
  const global = tf.input({ shape: [dim], name: 'global' });
  const words = tf.input({ shape: [null, dim], name: 'words' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });
  const sentence = tf.input({ shape: [dim], name: 'sentence' });

  const mask = apply(new LengthMask({ name: 'mask' }), words, lengths);
  const attention = apply(new WordRegions({ name: 'word_regions', gamma1 }), regions, words, mask);
  const relevance = apply(new WordRelevance({ name: 'word_relevance' }), regions, words, attention);
  const divided = wordScore === 'paper';
  const scores = apply(new WordScore({ name: 'word_scores', gamma2, divided }), relevance, mask);
  const cosine = apply(new PairCosine({ name: 'sentence_scores' }), global, sentence);
  return new Matcher({
    inputs: [regions, global, words, lengths, sentence],
    outputs: [cosine, scores, relevance, attention],
    name: 'matcher',
  });
}

/** A model with fewer or more texts than pictures, which `predict` takes for a mistake. */
class Matcher extends tf.LayersModel {
  override predictOnBatch(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor | tf.Tensor[] {
    const outputs = this.apply(inputs);
    if (outputs instanceof tf.Tensor) return outputs;
    return [outputs].flat().map((output) => {
      if (output instanceof tf.Tensor) return output;
      throw new TypeError('Expected tensors, received symbolic ones.');
    });
  }
}

function apply(layer: tf.layers.Layer, ...inputs: tf.SymbolicTensor[]): tf.SymbolicTensor {
  const output = layer.apply(inputs);
  if (!(output instanceof tf.SymbolicTensor)) {
    throw new TypeError(`Expected ${layer.name} to give one output.`);
  }
  return output;
}
