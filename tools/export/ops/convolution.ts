import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { activated, channelsFirstKernel, withBias } from './convolution-parts.js';
import { numbersOption, stringOption } from './layer-options.js';
import { windowAttributes } from './window.js';

/** Convolutions of one, two and three dimensions. */
export const convolutionHandlers: readonly LayerHandler[] = [
  convolution('Conv1D', 1),
  convolution('Conv2D', 2),
  convolution('Conv3D', 3),
];

function convolution(className: string, dimensions: number): LayerHandler {
  return defineHandler({
    layers: [className],
    emit: (context) => {
      refuseWhatTfjsRefuses(context, dimensions);
      const window = {
        size: numbersOption(context, 'kernelSize', dimensions),
        strides: numbersOption(context, 'strides', dimensions),
        dilations: numbersOption(context, 'dilationRate', dimensions),
      };
      return activated(context, (x) => {
        const kernel = context.constant(channelsFirstKernel(context, dimensions), 'kernel');
        const attributes = windowAttributes(context, window);
        return context.node('Conv', withBias(context, [x, kernel]), { attributes });
      });
    },
  });
}

/** TF.js builds such layers and throws when they run, or, for `Conv1D`, gives a shape that it did not announce. */
function refuseWhatTfjsRefuses(context: LayerContext, dimensions: number): void {
  if (stringOption(context, 'padding') === 'causal') {
    throw context.unsupported('TF.js itself does not compute causal padding');
  }
  const { layer } = context;
  if (dimensions === 1 && 'dataFormat' in layer && layer.dataFormat === 'channelsFirst') {
    throw context.unsupported('TF.js itself does not compute Conv1D with channels first');
  }
}
