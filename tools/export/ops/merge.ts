import type { Shape, Value } from '../graph/graph.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { numberOption } from './layer-options.js';
import { concatenatedMask, elementwiseMask } from './merge-masks.js';

/** Layers that bring several inputs together. */
export const mergeHandlers: readonly LayerHandler[] = [
  elementwise('Add', (context, inputs) => chain(context, 'Add', inputs)),
  elementwise('Subtract', (context, inputs) => chain(context, 'Sub', inputs)),
  elementwise('Multiply', (context, inputs) => chain(context, 'Mul', inputs)),
  elementwise('Maximum', (context, inputs) => context.node('Max', inputs)),
  elementwise('Minimum', (context, inputs) => context.node('Min', inputs)),
  elementwise('Average', (context, inputs) => {
    const sum = context.cast(chain(context, 'Add', inputs), 'float32');
    return context.node('Mul', [sum, context.scalar(1 / inputs.length, 'share')]);
  }),
  defineHandler({
    layers: ['Concatenate'],
    emit: (context) => {
      const inputs = typeOfFirst(context);
      const shapes = inputs.map(({ shape = [] }) => shape);
      // TF.js takes every negative axis for the last, whatever shape it announces.
      const option = numberOption(context, 'axis');
      const axis = option < 0 ? (shapes[0]?.length ?? 0) - 1 : option;
      return context.node('Concat', inputs, { attributes: { axis }, shape: joinedShape(shapes, axis) });
    },
    mask: (context) => concatenatedMask(context, concatenationAxis(context)),
  }),
];

function joinedShape(shapes: readonly Shape[], axis: number): Shape {
  const sizes = shapes.map((shape) => shape[axis]);
  const isKnown = sizes.every((size) => typeof size === 'number');
  const joined = isKnown ? sizes.reduce((sum, size) => sum + size, 0) : null;
  return (shapes[0] ?? []).map((size, index) => (index === axis ? joined : size));
}

function elementwise(
  className: string,
  emit: (context: LayerContext, inputs: readonly Value[]) => Value,
): LayerHandler {
  return defineHandler({
    layers: [className],
    emit: (context) => emit(context, sameRank(context, sameType(context))),
    mask: elementwiseMask,
  });
}

function concatenationAxis(context: LayerContext): number {
  const axis = numberOption(context, 'axis');
  return axis < 0 ? axis + (context.inputs[0]?.shape?.length ?? 0) : axis;
}

function chain(context: LayerContext, op: string, inputs: readonly Value[]): Value {
  return inputs.reduce((left, right) => context.node(op, [left, right]));
}

/** TF.js joins tensors of several types as the type of the first. */
function typeOfFirst(context: LayerContext): readonly Value[] {
  const { dataType } = context.input();
  return context.inputs.map((input) => context.cast(input, dataType));
}

/** TF.js computes in float32 where the types differ. */
function sameType(context: LayerContext): readonly Value[] {
  const types = new Set(context.inputs.map((input) => input.dataType));
  return types.size === 1 ? context.inputs : context.inputs.map((input) => context.cast(input, 'float32'));
}

/** TF.js widens inputs of a lower rank behind the batch axis, where ONNX would do so before it. */
function sameRank(context: LayerContext, inputs: readonly Value[]): readonly Value[] {
  const ranks = inputs.map(({ shape }) => shape?.length ?? 0);
  const highest = Math.max(...ranks);
  return inputs.map((input, index) => {
    const missing = highest - (ranks[index] ?? 0);
    if (missing === 0) return input;
    const axes = Array.from({ length: missing }, (_, axis) => axis + 1);
    const [batch = null, ...rest] = input.shape ?? [];
    const shape = [batch, ...axes.map(() => 1), ...rest];
    return context.node('Unsqueeze', [input, context.integers(axes, 'axes')], { shape });
  });
}
