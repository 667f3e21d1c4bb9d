import * as tf from '@tensorflow/tfjs';
import { imageHead } from '../../layers/image-head.js';
import { LengthMask } from '../../layers/length-mask.js';
import { connected } from '../../layers/model-outputs.js';
import { residualBlock } from '../../layers/residual-block.js';
import { TileCondition } from '../../layers/tile-condition.js';
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
  /** Size of the words that are attended to; undefined where the sentence is read in their place. */
  wordDim: number | undefined;
  sentenceDim: number;
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
 * `[batch, 2 side, 2 side, 3]` in [-1, 1] where `image` says so. Without words the inputs are `map` and `sentence`
 * `[batch, sentenceDim]`, and there is no attention.
 */
export function buildAttentionStage(options: AttentionStageOptions): tf.LayersModel {
  const { name, mapSide, baseWidth } = options;
  const map = tf.input({ shape: [mapSide, mapSide, baseWidth], name: 'map' });
  const { inputs, context, attention } = readText(map, options);
  let refined = connected(tf.layers.concatenate({ name: `${name}/map_and_context` }), [map, context]);
  for (let block = 0; block < options.residualBlocks; block++) {
    refined = residualBlock(refined, {
      filters: 2 * baseWidth,
      activation: 'glu',
      name: `${name}/residual${block}`,
    });
  }
  const larger = upBlock(refined, { filters: baseWidth, activation: 'glu', name: `${name}/upsample` });
  const outputs = [larger, ...attention];
  if (options.image) outputs.push(imageHead(larger, `${name}/image`));
  return tf.model({ inputs: [map, ...inputs], outputs, name });
}

/** What a stage reads of the text at every place of its map. */
interface TextReading {
  /** Of the stage, beside the map. */
  inputs: tf.SymbolicTensor[];
  /** `[batch, side, side, baseWidth]` */
  context: tf.SymbolicTensor;
  /** `[batch, side, side, time]`; none where there are no words to choose from. */
  attention: tf.SymbolicTensor[];
}

function readText(map: tf.SymbolicTensor, options: AttentionStageOptions): TextReading {
  const { wordDim } = options;
  return wordDim === undefined ? readSentence(options) : attend(map, wordDim, options);
}

/** Word attention (`GlobalAttentionGeneral`): the words, in the map's space, are both key and value. */
function attend(
  map: tf.SymbolicTensor,
  wordDim: number,
  { name, baseWidth, attentionMask }: AttentionStageOptions,
): TextReading {
  const words = tf.input({ shape: [null, wordDim], name: 'words' });
  const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });
  const projection = tf.layers.dense({ units: baseWidth, useBias: false, name: `${name}/words` });
  const projected = connected(projection, words);
  const mask = connected(new LengthMask({ name: `${name}/mask` }), [words, lengths]);
  const attending = new WordAttention({ name: `${name}/attention`, maskOrder: attentionMask });
  const attention = connected(attending, [map, projected, mask]);
  const context = connected(new WordContext({ name: `${name}/context` }), [attention, projected]);
  return { inputs: [words, lengths], context, attention: [attention] };
}

/** Attention to the sentence as the only word: its softmax is 1, so that every place reads the same. */
function readSentence({ name, mapSide, baseWidth, sentenceDim }: AttentionStageOptions): TextReading {
  const sentence = tf.input({ shape: [sentenceDim], name: 'sentence' });
  const projection = tf.layers.dense({ units: baseWidth, useBias: false, name: `${name}/words` });
  const projected = connected(projection, sentence);
  const context = connected(new TileCondition({ name: `${name}/context`, side: mapSide }), projected);
  return { inputs: [sentence], context, attention: [] };
}
