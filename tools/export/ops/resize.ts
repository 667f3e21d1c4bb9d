import { defineHandler } from '../handler.js';
import { inChannelsFirst } from './channels-first.js';
import { inputShape, isChannelsFirst, numbersOption, stringOption } from './layer-options.js';

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
    if (isChannelsFirst(context) && attributes.mode === 'linear') {
      // ONNX Runtime (seen in 1.30) moves a Transpose from before a Resize behind it, even where it then cannot compute
      // it: along the channels of the new order. It stops at a Reshape, here one that keeps every size.
      const held = context.node('Reshape', [context.input(), context.integers([0, 0, 0, 0], 'shape')], {
        shape: inputShape(context),
      });
      return context.node('Resize', [held, null, scales], { attributes });
    }
    return inChannelsFirst(context, (x) => context.node('Resize', [x, null, scales], { attributes }));
  },
});
