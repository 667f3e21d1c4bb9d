import { channelsLast } from '../graph/permutation.js';
import { defineHandler, type LayerHandler } from '../handler.js';
import { inputShape, isChannelsFirst, numberOption, numbersOption } from './layer-options.js';

/** In ONNX's `Reshape`, 0 keeps the size of that axis and -1 takes what is left. */
const KEEP = 0;
const REST = -1;

/** Layers that move elements without computing. */
export const shapeHandlers: readonly LayerHandler[] = [
  defineHandler({
    layers: ['Reshape'],
    emit: (context) => {
      const { targetShape } = context.config;
      if (!Array.isArray(targetShape)) throw context.unsupported('it has no targetShape');
      const sizes = targetShape.map((size) => (typeof size === 'number' && size > 0 ? size : REST));
      return context.node('Reshape', [context.input(), context.integers([KEEP, ...sizes], 'shape')]);
    },
  }),
  defineHandler({
    layers: ['Flatten'],
    emit: (context) => {
      const x = context.input();
      const rank = inputShape(context).length;
      // Whatever the layout, the features come out in the order of channels last.
      const ordered = isChannelsFirst(context) ? context.transpose(x, channelsLast(rank)) : x;
      return context.node('Flatten', [ordered], { attributes: { axis: 1 } });
    },
  }),
  defineHandler({
    layers: ['Permute'],
    emit: (context) => {
      const dims = numbersOption(context, 'dims', inputShape(context).length - 1);
      return context.transpose(context.input(), [0, ...dims]);
    },
  }),
  defineHandler({
    layers: ['RepeatVector'],
    emit: (context) => {
      const widened = context.node('Unsqueeze', [context.input(), context.integers([1], 'axes')]);
      return context.node('Expand', [widened, context.integers([1, numberOption(context, 'n'), 1], 'shape')]);
    },
  }),
];
