import * as tf from '@tensorflow/tfjs';
import { imageHead } from '../../layers/image-head.js';
import { LengthMask } from '../../layers/length-mask.js';
import { connected } from '../../layers/model-outputs.js';
import { residualBlock } from '../../layers/residual-block.js';
import { upBlock } from '../../layers/up-block.js';
import { type AttentionMaskOrder, WordAttention } from '../../layers/word-attention.js';
import { WordContext } from '../../layers/word-context.js';

export interface AttentionStageOptions {
  /** Prefix of the layers' names: `stage2`, `stage3`. */
  name: string;
  /** Side of the map that comes in; the one that goes out is twice as large. */
  mapSide: number;
  /** GF_DIM of the official code: channels of the map, before and after. */
  baseWidth: number;
  wordDim: number;
  /** R_NUM of the official code. */
  residualBlocks: number;
  attentionMask: AttentionMaskOrder;
  /** Whether the stage draws a picture. */
  image: boolean;
}

/**
 * A later stage of AttnGAN (F^attn and F; `NEXT_STAGE_G` of the official code): every place of the map reads in the
 * words that matter to it, then the map is refined and doubled.
 *
 * Inputs: `map` `[batch, side, side, baseWidth]`, `words` `[batch, time, wordDim]`, `lengths` `[batch]` int32. Outputs:
 * map `[batch, 2 side, 2 side, baseWidth]`, attention `[batch, side, side, time]`, and the image
 * `[batch, 2 side, 2 side, 3]` in [-1, 1] where `image` says so.
 */
export function buildAttentionStage(options: AttentionStageOptions): tf.LayersModel {
  const { name, mapSide, baseWidth, wordDim } = options;
  const map = tf.input({ shape: [mapSide, mapSide, baseWidth], name: 'map' });
  const words = tf.input({ shape: [null, wordDim], name: 'words' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });

  const { attention, context } = attend(map, words, lengths, options);
  let refined = connected(tf.layers.concatenate({ name: `${name}/map_and_context` }), [map, context]);
  for (let block = 0; block < options.residualBlocks; block++) {
    refined = residualBlock(refined, {
      filters: 2 * baseWidth,
      activation: 'glu',
      name: `${name}/residual${block}`,
    });
  }
  const larger = upBlock(refined, { filters: baseWidth, activation: 'glu', name: `${name}/upsample` });
  const outputs = [larger, attention];
  if (options.image) outputs.push(imageHead(larger, `${name}/image`));
  return tf.model({ inputs: [map, words, lengths], outputs, name });
}

/** Word attention (`GlobalAttentionGeneral`): the words, in the map's space, are both key and value. */
function attend(
  map: tf.SymbolicTensor,
  words: tf.SymbolicTensor,
  lengths: tf.SymbolicTensor,
  { name, baseWidth, attentionMask }: AttentionStageOptions,
): { attention: tf.SymbolicTensor; context: tf.SymbolicTensor } {
  const projection = tf.layers.dense({ units: baseWidth, useBias: false, name: `${name}/words` });
  const projected = connected(projection, words);
  const mask = connected(new LengthMask({ name: `${name}/mask` }), [words, lengths]);
  const attending = new WordAttention({ name: `${name}/attention`, maskOrder: attentionMask });
  const attention = connected(attending, [map, projected, mask]);
  const context = connected(new WordContext({ name: `${name}/context` }), [attention, projected]);
  return { attention, context };
}
