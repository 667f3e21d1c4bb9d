import { defineHandler } from '../../../tools/export/index.js';
import { UpConv2D } from '../layers/up-conv2d.js';

/** Nearest ×2 and a 3×3 convolution, as two ONNX operators with channels second. */
export const upConv2DHandler = defineHandler({
  layers: [UpConv2D.className],
  emit: (context) => {
    const x = context.transpose(context.input(), [0, 3, 1, 2]);
    const scales = context.constant({ shape: [4], data: Float32Array.of(1, 1, 2, 2) }, 'scales');
    const nearest = context.node('Resize', [x, null, scales], {
      attributes: { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' },
    });
    const kernel = context.constant(context.weight('kernel', [3, 2, 0, 1]), 'kernel');
    const y = context.node('Conv', [nearest, kernel], {
      attributes: { kernel_shape: [3, 3], pads: [1, 1, 1, 1] },
    });
    return context.transpose(y, [0, 2, 3, 1]);
  },
});
