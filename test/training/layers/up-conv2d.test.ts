import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { UpConv2D } from '../../../src/training/layers/up-conv2d.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { BACKENDS, relativeDifference } from '../oracle.js';

/** By stacking: the gradient of `resizeNearestNeighbor` is wrong on the plain CPU backend for several pictures. */
function nearestTwice(image: tf.Tensor): tf.Tensor4D {
  const [batch = 0, height = 0, width = 0, channels = 0] = image.shape;
  const rows = tf.stack([image, image], 2).reshape([batch, 2 * height, width, channels]);
  return tf.stack([rows, rows], 3).reshape([batch, 2 * height, 2 * width, channels]);
}

describe.each(BACKENDS)('UpConv2D, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it('is nearest ×2 and a 3×3 convolution, in value and gradients, borders included', () => {
    const input = tf.input({ shape: [null, null, 5] });
    const layer = new UpConv2D({ name: 'up', filters: 4 });
    const model = tf.model({ inputs: input, outputs: layer.apply(input) as tf.SymbolicTensor });
    const kernel = variablesOf(model).get('up/kernel') as tf.Variable;
    const random = new RandomStream(9);
    const draw = (...shape: number[]) => tf.tensor(random.normals(tf.util.sizeFromShape(shape)), shape);
    tf.tidy(() => {
      kernel.assign(draw(3, 3, 5, 4));
      const x = draw(2, 3, 7, 5);
      const weight = draw(2, 6, 14, 4);
      const reference = (image: tf.Tensor, filter: tf.Tensor) =>
        tf.conv2d(nearestTwice(image), filter as tf.Tensor4D, 1, 'same');
      expect(relativeDifference(model.apply(x) as tf.Tensor, reference(x, kernel).dataSync())).toBeLessThan(
        1e-6,
      );

      const [expectedX, expectedKernel] = tf.grads((image, filter) =>
        reference(image as tf.Tensor, filter as tf.Tensor)
          .mul(weight)
          .sum(),
      )([x, kernel.clone()]);
      const gradientX = tf.grad((image) => (model.apply(image) as tf.Tensor).mul(weight).sum())(x);
      const loss = () => (model.apply(x) as tf.Tensor).mul(weight).sum() as tf.Scalar;
      const gradientKernel = tf.variableGrads(loss, [kernel]).grads[kernel.name] as tf.Tensor;
      expect(relativeDifference(gradientX, (expectedX as tf.Tensor).dataSync())).toBeLessThan(5e-6);
      expect(relativeDifference(gradientKernel, (expectedKernel as tf.Tensor).dataSync())).toBeLessThan(5e-6);
    });
  });
});
