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
  // Beside the convolutions, which refuse it, TF.js takes "causal" for "valid".
  if (stringOption(context, 'padding') !== 'same') return {};
  const sizes = spatialSizes(context);
  if (window.size.length === 3) refuseNegativePads(context, sizes, window);
  const pads = samePads(sizes, window);
  // Where a size is free and the stride is not 1, the padding depends on the size; ONNX has the same rule.
  return pads === undefined ? { auto_pad: 'SAME_UPPER' } : { pads };
}

/** TensorFlow's `same` padding: what is odd goes behind. All that goes before, then all that goes behind. */
function samePads(sizes: readonly Dimension[], window: Window): number[] | undefined {
  const totals = overhangs(sizes, window);
  const known = totals.flatMap((total) => (total === undefined ? [] : [Math.max(0, total)]));
  if (known.length < totals.length) return undefined;
  return [...known.map((total) => Math.floor(total / 2)), ...known.map((total) => Math.ceil(total / 2))];
}

/** How far the last window reaches beyond the map, by axis; undefined where that depends on a free size. */
function overhangs(sizes: readonly Dimension[], window: Window): (number | undefined)[] {
  return window.size.map((windowSize, axis) => {
    const extent = (windowSize - 1) * (window.dilations[axis] ?? 1) + 1;
    const stride = window.strides[axis] ?? 1;
    const size = sizes[axis];
    if (stride === 1) return extent - 1;
    if (typeof size !== 'number') return undefined;
    return (Math.ceil(size / stride) - 1) * stride + extent - size;
  });
}

/**
 * In three dimensions, TF.js's JavaScript backends pad by a negative amount where the last window ends inside the
 * map, and start further in; TensorFlow does not.
 */
function refuseNegativePads(context: LayerContext, sizes: readonly Dimension[], window: Window): void {
  const isSmall = window.size.map((size, axis) => size < (window.strides[axis] ?? 1));
  const isCertain = overhangs(sizes, window).map((overhang) => overhang !== undefined && overhang >= 0);
  if (isSmall.every((small, axis) => !small || isCertain[axis] === true)) return;
  throw context.unsupported('TF.js backends disagree on "same" padding of a 3D window below its stride');
}

/** Height and width, or what the map has instead, of the layer's input. */
function spatialSizes(context: LayerContext): readonly Dimension[] {
  const shape = inputShape(context);
  return isChannelsFirst(context) ? shape.slice(2) : shape.slice(1, -1);
}
