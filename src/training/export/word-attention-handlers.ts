import { defineHandler, type LayerContext, type Value } from '../../../tools/export/index.js';
import { WordAttention } from '../layers/word-attention.js';
import { WordContext } from '../layers/word-context.js';

/** Softmax over words of the products of place and word, with channels second as the convolutions around it. */
export const wordAttentionHandler = defineHandler({
  layers: [WordAttention.className],
  emit: (context) => {
    const { layer, outputShapes } = context;
    if (!(layer instanceof WordAttention)) throw context.unsupported('expected our WordAttention');
    const [, height, width] = outputShapes[0] ?? [];
    if (typeof height !== 'number' || typeof width !== 'number') {
      throw context.unsupported('expected a map of a known size');
    }
    const places = flatPlaces(context, context.input(0));
    const logits = context.node('MatMul', [context.input(1), places]);
    const mask = context.node('Sub', [maskOf(context, layer, height * width), context.scalar(1, 'word')]);
    const masked = context.node('Add', [
      logits,
      context.node('Mul', [mask, context.scalar(WordAttention.masked, 'masked')]),
    ]);
    const attention = context.node('Softmax', [masked], { attributes: { axis: 1 } });
    const shape = context.integers([0, -1, height, width], 'map_shape');
    return context.transpose(context.node('Reshape', [attention, shape]), [0, 2, 3, 1]);
  },
});

/** The words' sum at each place, weighted by the attention. */
export const wordContextHandler = defineHandler({
  layers: [WordContext.className],
  emit: (context) => {
    const [, height, width, channels] = context.outputShapes[0] ?? [];
    if (typeof height !== 'number' || typeof width !== 'number' || typeof channels !== 'number') {
      throw context.unsupported('expected a map of a known size');
    }
    const words = context.transpose(context.input(1), [0, 2, 1]);
    const sums = context.node('MatMul', [words, flatPlaces(context, context.input(0))]);
    const shape = context.integers([0, channels, height, width], 'map_shape');
    return context.transpose(context.node('Reshape', [sums, shape]), [0, 2, 3, 1]);
  },
});

/** `[batch, height, width, features]` as `[batch, features, places]`. */
function flatPlaces(context: LayerContext, map: Value): Value {
  const channelsSecond = context.transpose(map, [0, 3, 1, 2]);
  // 0 keeps the size of the axis, -1 is what remains.
  return context.node('Reshape', [channelsSecond, context.integers([0, 0, -1], 'flat_shape')]);
}

/** The mask as `[batch, words, 1]`, or `[batch, words, places]` in the order of the official code. */
function maskOf(context: LayerContext, layer: WordAttention, places: number): Value {
  const mask = context.input(2);
  if (layer.maskOrder === 'perImage') {
    return context.node('Unsqueeze', [mask, context.integers([2], 'axes')]);
  }
  const rows = context.node('Unsqueeze', [mask, context.integers([1], 'axes')]);
  const tiled = context.node('Tile', [rows, context.integers([places, 1, 1], 'repeats')]);
  const perPlace = context.node('Reshape', [tiled, context.integers([-1, places, 0], 'place_shape')]);
  return context.transpose(perPlace, [0, 2, 1]);
}
