import { defineHandler } from '../handler.js';
import { inChannelsFirst } from './channels-first.js';
import { numbersOption, stringOption } from './layer-options.js';

/**
 * `UpSampling2D`. TF.js maps an output place to `place / scale` (neither aligned corners nor half pixels), which
 * ONNX calls asymmetric; the nearest place is the one before.
 */
export const upSamplingHandler = defineHandler({
  layers: ['UpSampling2D'],
  emit: (context) => {
    const size = numbersOption(context, 'size', 2);
    const interpolation = stringOption(context, 'interpolation');
    const scales = context.constant({ shape: [4], data: Float32Array.of(1, 1, ...size) }, 'scales');
    const attributes =
      interpolation === 'nearest'
        ? { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
        : { mode: 'linear', coordinate_transformation_mode: 'asymmetric' };
    return inChannelsFirst(context, (x) => context.node('Resize', [x, null, scales], { attributes }));
  },
});
