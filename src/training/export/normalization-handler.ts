import { defineHandler, float } from '../../../tools/export/index.js';
import { BatchNormalization } from '../layers/batch-normalization.js';

/** Our batch normalisation: ONNX has it with channels second, so maps are turned and turned back. */
export const batchNormalizationHandler = defineHandler({
  layers: [BatchNormalization.className],
  emit: (context) => {
    const { layer, outputShapes } = context;
    if (!(layer instanceof BatchNormalization)) throw context.unsupported('expected our BatchNormalization');
    const isMap = outputShapes[0]?.length === 4;
    const x = isMap ? context.transpose(context.input(), [0, 3, 1, 2]) : context.input();
    const weights = ['gamma', 'beta', 'moving_mean', 'moving_variance'];
    const parameters = weights.map((name) => context.constant(context.weight(name), name));
    const attributes = { epsilon: float(layer.epsilon) };
    const y = context.node('BatchNormalization', [x, ...parameters], { attributes });
    return isMap ? context.transpose(y, [0, 2, 3, 1]) : y;
  },
});
