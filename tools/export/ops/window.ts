import type { Attributes } from '../graph/attributes.js';
import type { Dimension } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';
import { inputShape, isChannelsFirst, stringOption } from './layer-options.js';

/** A window that moves over a map: that of a convolution or of a pooling. One entry an axis. */
export interface Window {
  readonly size: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
}

/** The window as attributes of `Conv`, `MaxPool` or `AveragePool`, its padding as TF.js pads. */
export function windowAttributes(context: LayerContext, window: Window): Attributes {
  const { size, strides, dilations } = window;
  const isDilated = dilations.some((dilation) => dilation !== 1);
  return {
    kernel_shape: size,
    strides,
    ...(isDilated ? { dilations } : {}),
    ...paddingAttributes(context, window),
  };
}

function paddingAttributes(context: LayerContext, window: Window): Attributes {
  const padding = stringOption(context, 'padding');
  if (padding === 'valid') return {};
  if (padding !== 'same') throw context.unsupported(`padding "${padding}"`);
  const pads = samePads(spatialSizes(context), window);
  // Where a size is free and the stride is not 1, the padding depends on the size; ONNX has the same rule.
  return pads === undefined ? { auto_pad: 'SAME_UPPER' } : { pads };
}

/** TensorFlow's `same` padding: what is odd goes behind. All that goes before, then all that goes behind. */
function samePads(sizes: readonly Dimension[], window: Window): number[] | undefined {
  const totals = window.size.map((windowSize, axis) => {
    const extent = (windowSize - 1) * (window.dilations[axis] ?? 1) + 1;
    const stride = window.strides[axis] ?? 1;
    const size = sizes[axis];
    if (stride === 1) return extent - 1;
    if (typeof size !== 'number') return undefined;
    return Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  });
  const known = totals.filter((total) => total !== undefined);
  if (known.length < totals.length) return undefined;
  return [...known.map((total) => Math.floor(total / 2)), ...known.map((total) => Math.ceil(total / 2))];
}

/** Height and width, or what the map has instead, of the layer's input. */
function spatialSizes(context: LayerContext): readonly Dimension[] {
  const shape = inputShape(context);
  return isChannelsFirst(context) ? shape.slice(2) : shape.slice(1, -1);
}
