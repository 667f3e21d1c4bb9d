import type { Value } from '../graph/graph.js';
import { defineHandler, type LayerContext } from '../handler.js';
import { inputShape } from './layer-options.js';
import { isLayer } from './recurrent-cell.js';

/**
 * `TimeDistributed`: the layer inside sees every step as a row of a longer batch, which is the same since layers do not
 * mix rows. A `Dense` inside works on the last axis of anything as it is.
 */
export const timeDistributedHandler = defineHandler({
  layers: ['TimeDistributed'],
  emit: (context) => {
    const inner: unknown = 'layer' in context.layer ? context.layer.layer : undefined;
    if (!isLayer(inner)) throw context.unsupported('it wraps no layer');
    const x = context.input();
    if (inner.getClassName() === 'Dense') return firstOf(context, context.applyLayer(inner, [x]));

    const [batch = null, time = null, ...rest] = inputShape(context);
    const rows = context.node('Reshape', [x, rowShape(context, x, rest)], { shape: [null, ...rest] });
    const y = firstOf(context, context.applyLayer(inner, [rows]));
    const [, ...outputSizes] = y.shape ?? [];
    const shape = [batch, time, ...outputSizes];
    return context.node('Reshape', [y, sequenceShape(context, x, y, time, outputSizes)], { shape });
  },
});

/** `[batch × time, ...rest]` */
function rowShape(context: LayerContext, x: Value, rest: readonly (number | string | null)[]): Value {
  if (rest.every((size) => typeof size === 'number')) return context.integers([-1, ...rest], 'row_shape');
  return context.node('Concat', [context.integers([-1], 'rows'), sizes(context, x, 2, rest.length + 2)], {
    attributes: { axis: 0 },
  });
}

/** `[batch, time, ...]` with the sizes of what the layer inside gives. */
function sequenceShape(
  context: LayerContext,
  x: Value,
  y: Value,
  time: number | string | null,
  outputSizes: readonly (number | string | null)[],
): Value {
  const isFixed = outputSizes.every((size) => typeof size === 'number');
  if (isFixed && typeof time === 'number') {
    return context.integers([-1, time, ...outputSizes], 'sequence_shape');
  }
  const behind = isFixed
    ? context.integers(outputSizes, 'row_sizes')
    : sizes(context, y, 1, outputSizes.length + 1);
  return context.node('Concat', [sizes(context, x, 0, 2), behind], { attributes: { axis: 0 } });
}

/** The sizes of axes `from` to `to`, as they are at run time. */
function sizes(context: LayerContext, value: Value, from: number, to: number): Value {
  const shape = context.node('Shape', [value]);
  return context.node('Slice', [shape, context.integers([from], 'from'), context.integers([to], 'to')]);
}

function firstOf(context: LayerContext, [output, ...others]: readonly Value[]): Value {
  if (output !== undefined && others.length === 0) return output;
  throw context.unsupported('expected the layer that it wraps to have one output');
}
