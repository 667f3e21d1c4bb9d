import { defineHandler, type LayerContext, type Value } from '../../../tools/export/index.js';
import { SMALLEST_PRODUCT, SMALLEST_SQUARE } from '../encoders/damsm/cosines.js';
import { PairCosine } from '../encoders/damsm/pair-cosine.js';
import { WordRegions } from '../encoders/damsm/word-regions.js';
import { WordRelevance } from '../encoders/damsm/word-relevance.js';
import { WordScore } from '../encoders/damsm/word-score.js';
import { ScaleShift } from '../layers/scale-shift.js';
import { WordAttention } from '../layers/word-attention.js';

export const scaleShiftHandler = defineHandler({
  layers: [ScaleShift.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof ScaleShift)) throw context.unsupported('expected our ScaleShift');
    const scaled = context.node('Mul', [context.input(), context.scalar(layer.scale, 'scale')]);
    return context.node('Add', [scaled, context.scalar(layer.shift, 'shift')]);
  },
});

/** Products of all pairs over the products of their lengths. */
export const pairCosineHandler = defineHandler({
  layers: [PairCosine.className],
  emit: (context) => {
    const [images, texts] = [context.input(0), context.transpose(context.input(1), [1, 0])];
    const lengths = context.node('Mul', [
      vectorLengths(context, images, 1),
      vectorLengths(context, texts, 0),
    ]);
    return context.node('Div', [context.node('MatMul', [images, texts]), atLeastSmallest(context, lengths)]);
  },
});

/** Two softmaxes over `[images, texts, time, places]`, of words and then of places. */
export const wordRegionsHandler = defineHandler({
  layers: [WordRegions.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof WordRegions)) throw context.unsupported('expected our WordRegions');
    const mask = context.node('Unsqueeze', [context.input(2), context.integers([2], 'axes')]);
    const products = context.node('MatMul', [context.input(1), flatRegions(context)]);
    const padding = context.node('Mul', [
      context.node('Sub', [mask, context.scalar(1, 'word')]),
      context.scalar(WordAttention.masked, 'masked'),
    ]);
    const shares = context.node('Softmax', [context.node('Add', [products, padding])], {
      attributes: { axis: 2 },
    });
    const sharpened = context.node('Mul', [shares, context.scalar(layer.gamma1, 'gamma1')]);
    return context.node('Mul', [context.node('Softmax', [sharpened], { attributes: { axis: 3 } }), mask]);
  },
});

/** Cosines of the words and the regions' sums, `[images, texts, time]`. */
export const wordRelevanceHandler = defineHandler({
  layers: [WordRelevance.className],
  emit: (context) => {
    const words = context.input(1);
    const places = context.transpose(flatRegions(context), [0, 1, 3, 2]);
    const contexts = context.node('MatMul', [context.input(2), places]);
    const products = sumOver(context, context.node('Mul', [contexts, words]), 3, 0);
    const ofContexts = vectorLengths(context, contexts, 3, 0);
    const lengths = context.node('Mul', [ofContexts, vectorLengths(context, words, 2, 0)]);
    return context.node('Div', [products, atLeastSmallest(context, lengths)]);
  },
});

/** log sum exp(gamma2 r) over the words. */
export const wordScoreHandler = defineHandler({
  layers: [WordScore.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof WordScore)) throw context.unsupported('expected our WordScore');
    const gamma2 = context.scalar(layer.gamma2, 'gamma2');
    const powers = context.node('Exp', [context.node('Mul', [context.input(0), gamma2])]);
    const words = context.node('Mul', [powers, context.input(1)]);
    const scores = context.node('Log', [sumOver(context, words, 2, 0)]);
    return layer.divided ? context.node('Div', [scores, gamma2]) : scores;
  },
});

/** `[images, height, width, dim]` as `[images, 1, dim, places]`, which broadcasts over texts. */
function flatRegions(context: LayerContext): Value {
  const channelsSecond = context.transpose(context.input(0), [0, 3, 1, 2]);
  const flat = context.node('Reshape', [channelsSecond, context.integers([0, 0, -1], 'flat_shape')]);
  return context.node('Unsqueeze', [flat, context.integers([1], 'texts_axis')]);
}

function sumOver(context: LayerContext, value: Value, axis: number, keepdims: 0 | 1): Value {
  return context.node('ReduceSum', [value, context.integers([axis], 'axes')], { attributes: { keepdims } });
}

function vectorLengths(context: LayerContext, vectors: Value, axis: number, keepdims: 0 | 1 = 1): Value {
  const squares = sumOver(context, context.node('Mul', [vectors, vectors]), axis, keepdims);
  return context.node('Sqrt', [context.node('Clip', [squares, context.scalar(SMALLEST_SQUARE, 'smallest')])]);
}

function atLeastSmallest(context: LayerContext, product: Value): Value {
  return context.node('Clip', [product, context.scalar(SMALLEST_PRODUCT, 'smallest')]);
}
