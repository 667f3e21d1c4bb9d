import { float } from '../graph/attributes.js';
import { defineHandler, type LayerHandler } from '../handler.js';
import { axesOption, numberOption, stringOption } from './layer-options.js';

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
      const max = context.scalar(numberOption(context, 'maxValue'), 'max');
      return context.node('Clip', [x, context.scalar(0, 'min'), max]);
    },
  }),
  defineHandler({
    layers: ['LeakyReLU'],
    emit: (context) => {
      const attributes = { alpha: float(numberOption(context, 'alpha')) };
      return context.node('LeakyRelu', [context.input()], { attributes });
    },
  }),
  defineHandler({
    layers: ['ELU'],
    emit: (context) => {
      const attributes = { alpha: float(numberOption(context, 'alpha')) };
      return context.node('Elu', [context.input()], { attributes });
    },
  }),
  defineHandler({
    layers: ['ThresholdedReLU'],
    emit: (context) => {
      const attributes = { alpha: float(numberOption(context, 'theta')) };
      return context.node('ThresholdedRelu', [context.input()], { attributes });
    },
  }),
  defineHandler({
    layers: ['PReLU'],
    // One slope for each element but the batch, 1 wide on shared axes: it broadcasts as it is.
    emit: (context) =>
      context.node('PRelu', [context.input(), context.constant(context.weight('alpha'), 'alpha')]),
  }),
  defineHandler({
    layers: ['Softmax'],
    emit: (context) => {
      const x = context.input();
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
