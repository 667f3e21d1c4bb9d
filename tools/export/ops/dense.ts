import { defineHandler } from '../handler.js';
import { inputShape, stringOption } from './layer-options.js';

/** `Dense`: `Gemm` on vectors, `MatMul` and `Add` over the last axis of anything of a higher rank. */
export const denseHandler = defineHandler({
  layers: ['Dense'],
  emit: (context) => {
    // TF.js multiplies integers as floats.
    const x = context.cast(context.input(), 'float32');
    const kernel = context.constant(context.weight('kernel'), 'kernel');
    const bias = context.hasWeight('bias') ? context.constant(context.weight('bias'), 'bias') : undefined;
    const activation = stringOption(context, 'activation');
    if (inputShape(context).length === 2) {
      const y = context.node('Gemm', bias === undefined ? [x, kernel] : [x, kernel, bias]);
      return context.activation(y, activation);
    }
    const product = context.node('MatMul', [x, kernel]);
    return context.activation(
      bias === undefined ? product : context.node('Add', [product, bias]),
      activation,
    );
  },
});
