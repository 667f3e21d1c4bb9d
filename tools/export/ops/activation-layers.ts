import { float } from '../graph/attributes.js';
import type { Value } from '../graph/graph.js';
import { defineHandler, type LayerContext, type LayerHandler } from '../handler.js';
import { axesOption, numberOption, stringOption } from './layer-options.js';
import { maskedScores } from './masked-scores.js';

/** `Activation`, and the activations that TF.js has as layers of their own. */
export const activationHandlers: readonly LayerHandler[] = [
  defineHandler({
    layers: ['Activation'],
    emit: (context) => context.activation(context.input(), stringOption(context, 'activation')),
  }),
  defineHandler({
    layers: ['ReLU'],
    emit: (context) => {
      const x = context.input();
      if (typeof context.config.maxValue !== 'number') return context.node('Relu', [x]);
      const floats = floatInput(context);
      const max = context.scalar(numberOption(context, 'maxValue'), 'max');
      return context.node('Clip', [floats, context.scalar(0, 'min'), max]);
    },
  }),
  defineHandler({
    layers: ['LeakyReLU'],
    emit: (context) => {
      const attributes = { alpha: float(numberOption(context, 'alpha')) };
      return context.node('LeakyRelu', [floatInput(context)], { attributes });
    },
  }),
  defineHandler({
    layers: ['ELU'],
    emit: (context) => {
      const attributes = { alpha: float(numberOption(context, 'alpha')) };
      return context.node('Elu', [floatInput(context)], { attributes });
    },
  }),
  defineHandler({
    layers: ['ThresholdedReLU'],
    emit: (context) => {
      const attributes = { alpha: float(numberOption(context, 'theta')) };
      return context.node('ThresholdedRelu', [floatInput(context)], { attributes });
    },
  }),
  defineHandler({
    layers: ['PReLU'],
    // One slope for each element but the batch, 1 wide on shared axes: it broadcasts as it is.
    emit: (context) =>
      context.node('PRelu', [floatInput(context), context.constant(context.weight('alpha'), 'alpha')]),
  }),
  defineHandler({
    layers: ['Softmax'],
    emit: (context) => {
      const x = maskedScores(context);
      const axes = axesOption(context, 'axis');
      const [axis] = axes;
      if (axis !== undefined && axes.length === 1) {
        return context.node('Softmax', [x], { attributes: { axis } });
      }
      const { shape } = x;
      const attributes = { axes, keepdims: 1 };
      const sum = context.node('ReduceLogSumExp', [x], {
        attributes,
        ...(shape && { shape: shape.map((size, index) => (axes.includes(index) ? 1 : size)) }),
      });
      return context.node('Exp', [context.node('Sub', [x, sum])]);
    },
  }),
];

/** The layer's input; TF.js computes these layers of integers as floats. */
function floatInput(context: LayerContext): Value {
  return context.cast(context.input(), 'float32');
}
