import { defineHandler, emitBatchNormalization } from '../../../tools/export/index.js';
import { BatchNormalization } from '../layers/batch-normalization.js';

export const batchNormalizationHandler = defineHandler({
  layers: [BatchNormalization.className],
  emit: (context) => {
    const { layer, outputShapes } = context;
    if (!(layer instanceof BatchNormalization)) throw context.unsupported('expected our BatchNormalization');
    if (context.callArguments.training === true) throw context.unsupported('it was called in training mode');
    return emitBatchNormalization(context, {
      axis: (outputShapes[0]?.length ?? 0) - 1,
      epsilon: layer.epsilon,
      gamma: context.weight('gamma'),
      beta: context.weight('beta'),
      mean: context.weight('moving_mean'),
      variance: context.weight('moving_variance'),
    });
  },
});
