import type { Value } from '../graph/graph.js';
import type { TensorData } from '../graph/tensor-data.js';
import type { LayerContext } from '../handler.js';
import { inChannelsFirst } from './channels-first.js';
import { stringOption } from './layer-options.js';

/** The convolution in ONNX's layout, then the layer's activation in TF.js's, since a softmax runs over the last axis. */
export function activated(context: LayerContext, emit: (x: Value) => Value): Value {
  return context.activation(inChannelsFirst(context, emit), stringOption(context, 'activation'));
}

/** The inputs of a convolution, with the layer's bias behind them where it has one. */
export function withBias(context: LayerContext, inputs: readonly Value[]): readonly Value[] {
  return context.hasWeight('bias') ? [...inputs, context.constant(context.weight('bias'), 'bias')] : inputs;
}

/** A kernel of a window of so many dimensions: `[...window, in, out]` becomes `[out, in, ...window]`: ONNX's order, of a transposed convolution too. */
export function channelsFirstKernel(
  context: LayerContext,
  dimensions: number,
  name = 'kernel',
): TensorData<Float32Array> {
  const window = Array.from({ length: dimensions }, (_, axis) => axis);
  return context.weight(name, [dimensions + 1, dimensions, ...window]);
}
