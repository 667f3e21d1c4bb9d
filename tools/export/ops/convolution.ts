import type { Value } from '../graph/graph.js';
import { transposeTensor } from '../graph/permutation.js';
import type { TensorData } from '../graph/tensor-data.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { inChannelsFirst } from './channels-first.js';
import { numbersOption, stringOption } from './layer-options.js';
import { windowAttributes } from './window.js';

/** Convolutions of one, two and three dimensions, depthwise, separable and transposed. */
export const convolutionHandlers: readonly LayerHandler[] = [
  convolution('Conv1D', 1),
  convolution('Conv2D', 2),
  convolution('Conv3D', 3),
  defineHandler({
    layers: ['DepthwiseConv2D'],
    emit: (context) => {
      const window = {
        size: numbersOption(context, 'kernelSize', 2),
        strides: numbersOption(context, 'strides', 2),
        // TF.js takes the option dilationRate and then does without it.
        dilations: [1, 1],
      };
      return activated(context, (x) => {
        const { kernel, channels } = depthwiseKernel(context);
        const attributes = { ...windowAttributes(context, window), group: channels };
        return context.node('Conv', withBias(context, [x, kernel]), { attributes });
      });
    },
  }),
  defineHandler({
    layers: ['SeparableConv2D'],
    emit: (context) => {
      const window = {
        size: numbersOption(context, 'kernelSize', 2),
        strides: numbersOption(context, 'strides', 2),
        dilations: numbersOption(context, 'dilationRate', 2),
      };
      return activated(context, (x) => {
        const { kernel, channels } = depthwiseKernel(context);
        const attributes = { ...windowAttributes(context, window), group: channels };
        const filtered = context.node('Conv', [x, kernel], { attributes });
        const pointwise = context.constant(
          channelsFirstKernel(context.weight('pointwise_kernel')),
          'pointwise_kernel',
        );
        return context.node('Conv', withBias(context, [filtered, pointwise]));
      });
    },
  }),
  defineHandler({
    layers: ['Conv2DTranspose'],
    emit: (context) =>
      activated(context, (x) => {
        // [height, width, out, in] becomes [in, out, height, width].
        const kernel = transposeTensor(context.weight('kernel'), [3, 2, 0, 1]);
        const inputs = withBias(context, [x, context.constant(kernel, 'kernel')]);
        return context.node('ConvTranspose', inputs, { attributes: transposedWindowAttributes(context) });
      }),
  }),
];

function convolution(className: string, dimensions: number): LayerHandler {
  return defineHandler({
    layers: [className],
    emit: (context) => {
      if (dimensions === 1) refuseChannelsFirst(context);
      const window = {
        size: numbersOption(context, 'kernelSize', dimensions),
        strides: numbersOption(context, 'strides', dimensions),
        dilations: numbersOption(context, 'dilationRate', dimensions),
      };
      return activated(context, (x) => {
        const kernel = context.constant(channelsFirstKernel(context.weight('kernel')), 'kernel');
        const attributes = windowAttributes(context, window);
        return context.node('Conv', withBias(context, [x, kernel]), { attributes });
      });
    },
  });
}

/** TF.js takes `Conv1D` with channels first, leaves the option out of the config and gives the result channels last. */
function refuseChannelsFirst(context: LayerContext): void {
  const { layer } = context;
  if ('dataFormat' in layer && layer.dataFormat === 'channelsFirst') {
    throw context.unsupported('TF.js itself does not compute Conv1D with channels first');
  }
}

/** The convolution in ONNX's layout, then the layer's activation in TF.js's, since a softmax runs over the last axis. */
function activated(context: LayerContext, emit: (x: Value) => Value): Value {
  return context.activation(inChannelsFirst(context, emit), stringOption(context, 'activation'));
}

function withBias(context: LayerContext, inputs: readonly Value[]): readonly Value[] {
  return context.hasWeight('bias') ? [...inputs, context.constant(context.weight('bias'), 'bias')] : inputs;
}

/** `[...window, in, out]` becomes `[out, in, ...window]`. */
function channelsFirstKernel(kernel: TensorData<Float32Array>): TensorData<Float32Array> {
  const dimensions = kernel.shape.length - 2;
  const window = Array.from({ length: dimensions }, (_, axis) => axis);
  return transposeTensor(kernel, [dimensions + 1, dimensions, ...window]);
}

/** `[height, width, in, multiplier]` becomes the kernel of a convolution with one group for each channel. */
function depthwiseKernel(context: LayerContext): { kernel: Value; channels: number } {
  const { shape, data } = transposeTensor(context.weight('depthwise_kernel'), [2, 3, 0, 1]);
  const [channels = 0, multiplier = 0, ...window] = shape;
  const kernel = context.constant({ shape: [channels * multiplier, 1, ...window], data }, 'depthwise_kernel');
  return { kernel, channels };
}

/** What TF.js crops (`same`) or adds (a stride beyond the kernel) so that the output is `size · stride` or more. */
function transposedWindowAttributes(context: LayerContext) {
  const size = numbersOption(context, 'kernelSize', 2);
  const strides = numbersOption(context, 'strides', 2);
  const overlap = size.map((kernel, axis) => kernel - (strides[axis] ?? 1));
  const isSame = stringOption(context, 'padding') === 'same';
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
