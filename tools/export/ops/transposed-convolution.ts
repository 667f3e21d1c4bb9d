import type { Attributes } from '../graph/attributes.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { activated, channelsFirstKernel, withBias } from './convolution-parts.js';
import { numbersOption, stringOption } from './layer-options.js';

/** Transposed convolutions; TF.js does without their option dilationRate. */
export const transposedConvolutionHandlers: readonly LayerHandler[] = [
  transposedConvolution('Conv2DTranspose', 2),
  transposedConvolution('Conv3DTranspose', 3),
];

function transposedConvolution(className: string, dimensions: number): LayerHandler {
  return defineHandler({
    layers: [className],
    emit: (context) =>
      activated(context, (x) => {
        // TF.js has [...window, out, in], ONNX [in, out, ...window].
        const kernel = context.constant(channelsFirstKernel(context, dimensions), 'kernel');
        const attributes = windowAttributes(context, dimensions);
        return context.node('ConvTranspose', withBias(context, [x, kernel]), { attributes });
      }),
  });
}

/** What TF.js crops (`same`) or adds (a stride beyond the kernel) so that the output is `size · stride` or more. */
function windowAttributes(context: LayerContext, dimensions: number): Attributes {
  const size = numbersOption(context, 'kernelSize', dimensions);
  const strides = numbersOption(context, 'strides', dimensions);
  const overlap = size.map((kernel, axis) => kernel - (strides[axis] ?? 1));
  const isSame = stringOption(context, 'padding') === 'same';
  if (isSame && dimensions === 3 && overlap.some((extent) => extent < 0)) {
    throw context.unsupported('TF.js backends disagree on "same" padding of a 3D window below its stride');
  }
  const cropped = overlap.map((extent) => (isSame ? Math.max(0, extent) : 0));
  return {
    kernel_shape: size,
    strides,
    pads: [
      ...cropped.map((extent) => Math.floor(extent / 2)),
      ...cropped.map((extent) => Math.ceil(extent / 2)),
    ],
    output_padding: overlap.map((extent) => Math.max(0, -extent)),
  };
}
