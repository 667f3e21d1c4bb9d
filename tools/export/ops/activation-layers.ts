import { float } from '../graph/attributes.js';
import { defineHandler, type LayerHandler } from '../handler.js';
import { numberOption, stringOption } from './layer-options.js';

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
      const option = context.config.axis;
      const axis: unknown = Array.isArray(option) && option.length === 1 ? option[0] : option;
      if (typeof axis !== 'number') throw context.unsupported('softmax over several axes at once');
      const rank = x.shape?.length ?? 0;
      return context.node('Softmax', [x], { attributes: { axis: axis < 0 ? axis + rank : axis } });
    },
  }),
];
