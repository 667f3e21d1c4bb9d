import { float } from '../graph/attributes.js';
import { invert } from '../graph/permutation.js';
import type { TensorData } from '../graph/tensor-data.js';
import { defineHandler, type LayerContext } from '../handler.js';
import { axesOption, inputShape, numberOption } from './layer-options.js';
import { requireFloats } from './require-floats.js';

/** `LayerNormalization` over any axes but the batch: ONNX has them last, so the others go before them. */
export const layerNormalizationHandler = defineHandler({
  layers: ['LayerNormalization'],
  emit: (context) => {
    const shape = inputShape(context);
    const axes = axesOption(context, 'axis').toSorted((a, b) => a - b);
    if (axes.includes(0)) throw context.unsupported('normalisation over the batch axis');
    const others = shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
    const normalisedLast = [...others, ...axes];
    const sizes = axes.map((axis) => {
      const size = shape[axis];
      if (typeof size !== 'number') throw context.unsupported('the size of a normalised axis is free');
      return size;
    });
    const inputs = [
      context.transpose(requireFloats(context), normalisedLast),
      context.constant(parameter(context, 'gamma', sizes, 1), 'gamma'),
      context.constant(parameter(context, 'beta', sizes, 0), 'beta'),
    ];
    const attributes = { axis: others.length, epsilon: float(numberOption(context, 'epsilon')) };
    const y = context.node('LayerNormalization', inputs, { attributes });
    return context.transpose(y, invert(normalisedLast));
  },
});

/**
 * A weight in the order of the axes in the tensor. TF.js gives it the order of the option, then reads its numbers
 * as if they stood in that of the tensor; so does this.
 */
function parameter(
  context: LayerContext,
  name: string,
  shape: readonly number[],
  absent: number,
): TensorData<Float32Array> {
  if (context.hasWeight(name)) return { shape, data: context.weight(name).data };
  const size = shape.reduce((product, entry) => product * entry, 1);
  return { shape, data: new Float32Array(size).fill(absent) };
}
