import type { Value } from '../graph/graph.js';
import { defineHandler, type LayerContext } from '../handler.js';
import { inputShape, numberOption } from './layer-options.js';

/** `Masking`: masks the steps at which every feature is the mask value, and sets them to zero. */
export const maskingHandler = defineHandler({
  layers: ['Masking'],
  emit: (context) => {
    const counts = context.cast(countingSteps(context, 1), 'float32');
    return context.node('Mul', [context.input(), counts], { shape: inputShape(context) });
  },
  mask: (context) => countingSteps(context, 0),
});

/** bool: whether any feature differs from the mask value. */
function countingSteps(context: LayerContext, keepdims: 0 | 1): Value {
  const shape = inputShape(context);
  const maskValue = context.scalar(numberOption(context, 'maskValue'), 'mask_value');
  const isMaskValue = context.node('Equal', [context.cast(context.input(), 'float32'), maskValue]);
  const differs = context.cast(context.node('Not', [isMaskValue]), 'float32');
  const any = context.node('ReduceMax', [differs], {
    attributes: { axes: [shape.length - 1], keepdims },
    shape: keepdims === 1 ? [...shape.slice(0, -1), 1] : shape.slice(0, -1),
  });
  return context.cast(any, 'bool');
}
