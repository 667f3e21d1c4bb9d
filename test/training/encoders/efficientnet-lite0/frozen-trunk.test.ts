import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/random-stream.js';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { FrozenTrunk } from '../../../../src/training/encoders/efficientnet-lite0/frozen-trunk.js';
import { loadEfficientNetLite0 } from '../../../../src/training/encoders/efficientnet-lite0/load.js';
import { relativeDifference } from '../../oracle.js';

beforeAll(() => loadTensorFlow());

describe('FrozenTrunk', () => {
  it('sees what EfficientNet-Lite0 sees, with the same gradient, and leaves nothing', async () => {
    const empty = tf.memory().numTensors;
    const model = await loadEfficientNetLite0();
    const trunk = new FrozenTrunk(model);
    const values = new RandomStream(3).normals(2 * 32 * 32 * 3).map((value) => Math.tanh(value / 2));
    tf.tidy(() => {
      const images = tf.tensor4d(values, [2, 32, 32, 3]);
      const whole = (x: tf.Tensor) => {
        const [map, pooled] = model.apply(x.mul(127.5).add(0.5).div(128)) as tf.Tensor[];
        return { map, pooled };
      };
      const folded = trunk.apply(images);
      const expected = whole(images);
      expect(relativeDifference(folded.map, expected.map?.dataSync() ?? [])).toBeLessThan(1e-5);
      expect(relativeDifference(folded.pooled, expected.pooled?.dataSync() ?? [])).toBeLessThan(1e-5);

      const loss = (seen: { map?: tf.Tensor | undefined; pooled?: tf.Tensor | undefined }) =>
        tf.add(seen.map?.square().mean() ?? 0, seen.pooled?.square().mean() ?? 0) as tf.Scalar;
      const gradient = tf.grad((x) => loss(trunk.apply(x as tf.Tensor4D)))(images);
      const wanted = tf.grad((x) => loss(whole(x)))(images);
      expect(relativeDifference(gradient, wanted.dataSync())).toBeLessThan(1e-4);
    });
    trunk.dispose();
    model.dispose();
    expect(tf.memory().numTensors).toBe(empty);
  });
});
