import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { resizeForTrunk } from '../../../../src/training/encoders/damsm/resize-for-trunk.js';
import { BACKENDS } from '../../oracle.js';

describe.each(BACKENDS)('the resize for a trunk, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it.each([
    [true, 7],
    [false, 7],
    [true, 3],
    [false, 3],
  ])('is bilinear, align corners %s, to %i', (alignCorners, size) => {
    tf.tidy(() => {
      const images = randomImages();
      const ours = resizeForTrunk(images, { size, alignCorners });
      const theirs = tf.image.resizeBilinear(images, [size, size], alignCorners, !alignCorners);
      expect(ours.sub(theirs).abs().max().dataSync()[0]).toBeLessThan(1e-6);
    });
  });

  it.each([true, false])('has its own transpose as gradient, align corners %s', (alignCorners) => {
    tf.tidy(() => {
      const images = randomImages();
      const options = { size: 7, alignCorners };
      const factor = tf.tensor4d(new RandomStream(2).normals(2 * 7 * 7 * 3), [2, 7, 7, 3]);
      const gradient = tf.grad((x: tf.Tensor) =>
        resizeForTrunk(x as tf.Tensor4D, options)
          .mul(factor)
          .sum(),
      )(images);
      // The resize is linear, so the gradient's product with any picture is the loss of that picture.
      const other = randomImages(3);
      const expected = resizeForTrunk(other, options).mul(factor).sum().dataSync()[0] ?? Number.NaN;
      expect(gradient.mul(other).sum().dataSync()[0]).toBeCloseTo(expected, 4);
    });
  });
});

function randomImages(seed = 1): tf.Tensor4D {
  return tf.tensor4d(new RandomStream(seed).normals(2 * 5 * 5 * 3), [2, 5, 5, 3]);
}
