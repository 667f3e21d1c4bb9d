import type { Value } from '../graph/graph.js';
import { channelsFirst, channelsLast } from '../graph/permutation.js';
import type { LayerContext } from '../handler.js';
import { inputShape, isChannelsFirst } from './layer-options.js';

/**
 * Runs `emit` on the layer's input with its channels first, where ONNX has them, and puts them back where the layer
 * has them, integers as floats. Transposes between neighbouring layers cancel each other later.
 */
export function inChannelsFirst(context: LayerContext, emit: (x: Value) => Value): Value {
  const x = context.cast(context.input(), 'float32');
  if (isChannelsFirst(context)) return emit(x);
  const rank = inputShape(context).length;
  const y = emit(context.transpose(x, channelsFirst(rank)));
  return context.transpose(y, channelsLast(rank));
}
