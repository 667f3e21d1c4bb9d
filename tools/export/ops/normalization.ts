import { float } from '../graph/attributes.js';
import { invert } from '../graph/permutation.js';
import type { TensorData } from '../graph/tensor-data.js';
import { defineHandler, type LayerContext } from '../handler.js';
import { axesOption, inputShape, numberOption } from './layer-options.js';
import { requireFloats } from './require-floats.js';
import { refuseTraining } from './training-call.js';

/** `BatchNormalization` with its running statistics, over whichever axis the layer names. */
export const batchNormalizationHandler = defineHandler({
  layers: ['BatchNormalization'],
  emit: (context) => {
    refuseTraining(context);
    // Keras writes a list of one axis.
    const [axis = 0] = axesOption(context, 'axis');
    if (axis === 0) throw context.unsupported('normalisation over the batch axis');
    return emitBatchNormalization(context, {
      axis,
      epsilon: numberOption(context, 'epsilon'),
      mean: context.weight('moving_mean'),
      variance: context.weight('moving_variance'),
      ...(context.hasWeight('gamma') ? { gamma: context.weight('gamma') } : {}),
      ...(context.hasWeight('beta') ? { beta: context.weight('beta') } : {}),
    });
  },
});

export interface BatchNormalizationWeights {
  /** Axis of the channels in TF.js's layout, at least 1. */
  axis: number;
  epsilon: number;
  mean: TensorData<Float32Array>;
  variance: TensorData<Float32Array>;
  /** @default ones */
  gamma?: TensorData<Float32Array>;
  /** @default zeros */
  beta?: TensorData<Float32Array>;
}

/** Normalises the layer's input by given statistics; for handlers of batch normalisations of other classes too. */
export function emitBatchNormalization(context: LayerContext, weights: BatchNormalizationWeights) {
  const { axis, epsilon, mean, variance } = weights;
  const gamma = weights.gamma ?? { shape: mean.shape, data: new Float32Array(mean.data.length).fill(1) };
  const beta = weights.beta ?? { shape: mean.shape, data: new Float32Array(mean.data.length) };
  // ONNX has the channels second; every other axis keeps its place in the order.
  const others = inputShape(context).flatMap((_, other) => (other === 0 || other === axis ? [] : [other]));
  const channelsSecond = [0, axis, ...others];
  const y = context.node(
    'BatchNormalization',
    [
      context.transpose(requireFloats(context), channelsSecond),
      context.constant(gamma, 'gamma'),
      context.constant(beta, 'beta'),
      context.constant(mean, 'moving_mean'),
      context.constant(variance, 'moving_variance'),
    ],
    { attributes: { epsilon: float(epsilon) } },
  );
  return context.transpose(y, invert(channelsSecond));
}
