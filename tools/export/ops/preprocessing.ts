import type { Value } from '../graph/graph.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { inputShape, numberOption, stringOption } from './layer-options.js';

/** Layers that prepare pictures and categories; pictures have their channels last. */
export const preprocessingHandlers: readonly LayerHandler[] = [
  defineHandler({
    layers: ['Rescaling'],
    emit: (context) => {
      const x = context.cast(context.input(), 'float32');
      const scaled = context.node('Mul', [x, numberOrNumbers(context, 'scale')]);
      return context.node('Add', [scaled, numberOrNumbers(context, 'offset')]);
    },
  }),
  defineHandler({ layers: ['CenterCrop'], emit: cropCenter }),
  defineHandler({ layers: ['CategoryEncoding'], emit: encodeCategories }),
];

/** TF.js samples the middle of the picture on a grid, the nearest places to which are a plain crop. */
function cropCenter(context: LayerContext): Value {
  const [batch = null, height, width, channels = null] = inputShape(context);
  const target = [numberOption(context, 'height'), numberOption(context, 'width')] as const;
  if (typeof height !== 'number' || typeof width !== 'number' || inputShape(context).length !== 4) {
    throw context.unsupported('its input is not [batch, height, width, channels] of a fixed size');
  }
  if (height < target[0] || width < target[1]) {
    throw context.unsupported('TF.js itself does not enlarge a picture that is too small');
  }
  // TF.js never takes less than 1 off the left of a picture that is too wide.
  const left = width === target[1] ? 0 : Math.max(1, Math.floor((width - target[1]) / 2));
  const starts = [Math.floor((height - target[0]) / 2), left] as const;
  const inputs = [
    context.input(),
    context.integers(starts, 'starts'),
    context.integers([starts[0] + target[0], starts[1] + target[1]], 'ends'),
    context.integers([1, 2], 'axes'),
  ];
  return context.node('Slice', inputs, { shape: [batch, ...target, channels] });
}

/** One number for all channels, or, in models that come from Keras, one for each. */
function numberOrNumbers(context: LayerContext, name: string): Value {
  const value = context.config[name];
  if (Array.isArray(value) && value.every((entry) => typeof entry === 'number')) {
    return context.constant({ shape: [value.length], data: Float32Array.from(value) }, name);
  }
  return context.scalar(numberOption(context, name), name);
}

/**
 * Ids `[batch, ids]` become `[batch, tokens]`: whether each token occurs (`multiHot`, `oneHot`), or how often
 * (`count`). Ids from 0 to tokens - 1; TF.js throws on others, ONNX leaves them out or counts from the end.
 */
function encodeCategories(context: LayerContext): Value {
  const mode = stringOption(context, 'outputMode');
  const ids = context.input();
  if (mode === 'int') return context.cast(ids, 'int32');
  if (context.callArguments.countWeights !== undefined) throw context.unsupported('countWeights');
  if (inputShape(context).length !== 2) throw context.unsupported('ids that are not [batch, ids]');
  if (!['multiHot', 'oneHot', 'count'].includes(mode)) throw context.unsupported(`outputMode "${mode}"`);
  if (mode === 'oneHot' && inputShape(context)[1] !== 1) {
    throw context.unsupported('TF.js itself does not compute outputMode "oneHot" of several ids');
  }
  const depth = context.integers([numberOption(context, 'numTokens')], 'numTokens');
  const values = context.constant({ shape: [2], data: Float32Array.of(0, 1) }, 'values');
  const hot = context.node('OneHot', [context.cast(context.cast(ids, 'int32'), 'int64'), depth, values], {
    attributes: { axis: -1 },
  });
  if (mode !== 'count') return context.node('ReduceMax', [hot], { attributes: { axes: [1], keepdims: 0 } });
  return context.node('ReduceSum', [hot, context.integers([1], 'axes')], { attributes: { keepdims: 0 } });
}
