import type { Value } from '../graph/graph.js';
import { channelsFirst, channelsLast } from '../graph/permutation.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { activated, channelsFirstKernel, withBias } from './convolution-parts.js';
import { inputShape, isChannelsFirst, numbersOption, stringOption } from './layer-options.js';
import { windowAttributes } from './window.js';

/** Convolutions that filter each channel by itself: `Conv` with one group a channel. */
export const depthwiseConvolutionHandlers: readonly LayerHandler[] = [
  defineHandler({
    layers: ['DepthwiseConv2D'],
    emit: (context) =>
      activated(context, (x) => {
        // TF.js takes the option dilationRate and then does without it.
        const { kernel, attributes } = depthwise(context, [1, 1]);
        return context.node('Conv', withBias(context, [x, kernel]), { attributes });
      }),
  }),
  defineHandler({
    layers: ['SeparableConv2D'],
    emit: (context) => {
      if (isChannelsFirst(context)) return separableChannelsFirst(context);
      return activated(context, (x) => separable(context, x));
    },
  }),
];

function separable(context: LayerContext, x: Value): Value {
  const { kernel, attributes } = depthwise(context, numbersOption(context, 'dilationRate', 2));
  const filtered = context.node('Conv', [x, kernel], { attributes });
  const pointwise = channelsFirstKernel(context, 2, 'pointwise_kernel');
  return context.node('Conv', withBias(context, [filtered, context.constant(pointwise, 'pointwise_kernel')]));
}

/** TF.js applies the activation before it moves the channels back, and the bias to what is then the height. */
function separableChannelsFirst(context: LayerContext): Value {
  if (context.hasWeight('bias')) {
    throw context.unsupported('TF.js itself adds the bias to the wrong axis with channels first');
  }
  const rank = inputShape(context).length;
  const last = context.transpose(separable(context, context.input()), channelsLast(rank));
  const activatedLast = context.activation(last, stringOption(context, 'activation'));
  return context.transpose(activatedLast, channelsFirst(rank));
}

/** `[height, width, in, multiplier]` becomes the kernel of a convolution with one group for each channel. */
function depthwise(context: LayerContext, dilations: readonly number[]) {
  const { shape, data } = context.weight('depthwise_kernel', [2, 3, 0, 1]);
  const [channels = 0, multiplier = 0, ...size] = shape;
  const kernel = context.constant({ shape: [channels * multiplier, 1, ...size], data }, 'depthwise_kernel');
  const strides = numbersOption(context, 'strides', 2);
  const attributes = { ...windowAttributes(context, { size, strides, dilations }), group: channels };
  return { kernel, attributes };
}
