import { defineHandler, type LayerHandler } from '../handler.js';
import { inChannelsFirst } from './channels-first.js';
import { inputShape, isChannelsFirst, numbersOption } from './layer-options.js';
import { windowAttributes } from './window.js';

/** Pooling over windows and over whole maps. */
export const poolingHandlers: readonly LayerHandler[] = [
  ...[1, 2, 3].flatMap((dimensions) => [
    windowPooling(`MaxPooling${dimensions}D`, 'MaxPool', dimensions),
    windowPooling(`AveragePooling${dimensions}D`, 'AveragePool', dimensions),
  ]),
  globalPooling(['GlobalAveragePooling1D', 'GlobalAveragePooling2D'], 'ReduceMean'),
  globalPooling(['GlobalMaxPooling1D', 'GlobalMaxPooling2D'], 'ReduceMax'),
];

function windowPooling(className: string, op: string, dimensions: number): LayerHandler {
  return defineHandler({
    layers: [className],
    emit: (context) => {
      const window = {
        size: numbersOption(context, 'poolSize', dimensions),
        strides: numbersOption(context, 'strides', dimensions),
        dilations: new Array<number>(dimensions).fill(1),
      };
      // Neither TF.js nor ONNX counts the padding in an average.
      return inChannelsFirst(context, (x) =>
        context.node(op, [x], { attributes: windowAttributes(context, window) }),
      );
    },
  });
}

function globalPooling(classNames: readonly string[], op: string): LayerHandler {
  return defineHandler({
    layers: classNames,
    emit: (context) => {
      const first = isChannelsFirst(context) ? 2 : 1;
      const axes = inputShape(context)
        .slice(2)
        .map((_, index) => first + index);
      return context.node(op, [context.cast(context.input(), 'float32')], {
        attributes: { axes, keepdims: 0 },
      });
    },
  });
}
