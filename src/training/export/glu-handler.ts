import { defineHandler } from '../../../tools/export/index.js';
import { Glu } from '../layers/glu.js';

/** linear half of the channels * sigmoid(other half) */
export const gluHandler = defineHandler({
  layers: [Glu.className],
  emit: (context) => {
    const [shape] = context.outputShapes;
    const half = shape?.at(-1);
    if (shape === undefined || typeof half !== 'number') {
      throw context.unsupported('expected a known number of channels');
    }
    const axes = context.integers([shape.length - 1], 'axes');
    const part = (begin: number, name: string) => {
      const starts = context.integers([begin], `${name}_starts`);
      const ends = context.integers([begin + half], `${name}_ends`);
      return context.node('Slice', [context.input(), starts, ends, axes], { shape });
    };
    return context.node('Mul', [part(0, 'linear'), context.node('Sigmoid', [part(half, 'gate')])]);
  },
});
