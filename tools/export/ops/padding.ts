import { defineHandler, type LayerHandler } from '../handler.js';
import { isChannelsFirst, pairsOption } from './layer-options.js';

/** Large enough for any axis, and understood by runtimes that keep slices in 32 bits. */
const TO_THE_END = 2 ** 31 - 1;

export const paddingHandlers: readonly LayerHandler[] = [
  defineHandler({
    layers: ['ZeroPadding2D'],
    emit: (context) => {
      const padding = pairsOption(context, 'padding', 2);
      const around = (side: 0 | 1) => {
        const spatial = padding.map((pair) => pair[side]);
        return isChannelsFirst(context) ? [0, 0, ...spatial] : [0, ...spatial, 0];
      };
      const padded = context.node('Pad', [
        context.input(),
        context.integers([...around(0), ...around(1)], 'pads'),
      ]);
      // ONNX Runtime (seen in 1.30) makes one node of Pad and a pooling behind it. It then pads a maximum with minus
      // infinity, and refuses a padding as wide as the window. A Clip without limits keeps the two apart.
      return context.node('Clip', [padded]);
    },
  }),
  defineHandler({
    layers: ['Cropping2D'],
    emit: (context) => {
      const cropping = pairsOption(context, 'cropping', 2);
      const axes = isChannelsFirst(context) ? [2, 3] : [1, 2];
      return context.node('Slice', [
        context.input(),
        context.integers(
          cropping.map(([before]) => before),
          'starts',
        ),
        context.integers(
          cropping.map(([, behind]) => (behind === 0 ? TO_THE_END : -behind)),
          'ends',
        ),
        context.integers(axes, 'axes'),
      ]);
    },
  }),
];
