import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { drawShiftAndCut } from '../../../src/training/augmentation/shift-and-cut.js';

beforeAll(() => tf.setBackend('cpu'));

/** Pictures whose every pixel holds its own place: (row + 1, column + 1). */
function places(batch: number, side: number): tf.Tensor4D {
  const values = Array.from({ length: batch * side * side }, (_, i) => {
    const place = i % (side * side);
    return [Math.floor(place / side) + 1, (place % side) + 1];
  });
  return tf.tensor4d(values.flat(), [batch, side, side, 2]);
}

describe('shift and cut', () => {
  it('shifts each picture as a whole, by no more than asked, and fills with 0', () => {
    const augment = drawShiftAndCut(20, 12, { shiftPixels: 3, cutPixels: 0 }, new RandomStream(1, 1));
    const images = augment(places(20, 12)).arraySync();
    const shifts = new Set<string>();
    for (const image of images) {
      const offsets = new Set<string>();
      image.forEach((row, y) => {
        row.forEach(([sourceY = 0, sourceX = 0], x) => {
          if (sourceY !== 0) offsets.add(`${y + 1 - sourceY},${x + 1 - sourceX}`);
        });
      });
      expect(offsets.size).toBe(1);
      for (const offset of offsets) {
        shifts.add(offset);
        for (const part of offset.split(',')) expect(Math.abs(Number(part))).toBeLessThanOrEqual(3);
      }
    }
    expect(shifts.size).toBeGreaterThan(5);
  });

  it('cuts a square of the size asked', () => {
    const augment = drawShiftAndCut(8, 16, { shiftPixels: 0, cutPixels: 6 }, new RandomStream(2, 1));
    for (const image of augment(places(8, 16)).arraySync()) {
      const cut = image.flatMap((row, y) =>
        row.flatMap(([value], x) => (value === 0 ? [[x, y] as const] : [])),
      );
      const width = new Set(cut.map(([x]) => x)).size;
      const height = new Set(cut.map(([, y]) => y)).size;
      expect(cut.length).toBe(width * height);
      expect(Math.max(width, height)).toBeLessThanOrEqual(6);
    }
  });

  it('sends gradients back to where each pixel came from', () => {
    const augment = drawShiftAndCut(4, 8, { shiftPixels: 2, cutPixels: 3 }, new RandomStream(3, 1));
    const weight = tf.randomUniform([4, 8, 8, 1], -1, 1, 'float32', 5) as tf.Tensor4D;
    const x = tf.randomUniform([4, 8, 8, 1], -1, 1, 'float32', 6) as tf.Tensor4D;
    const gradient = tf.grad((a) =>
      augment(a as tf.Tensor4D)
        .mul(weight)
        .sum(),
    )(x);
    // The map is linear, so the gradient g satisfies <g, v> = <weight, augment(v)> for every v.
    const v = tf.randomUniform([4, 8, 8, 1], -1, 1, 'float32', 7) as tf.Tensor4D;
    const left = gradient.mul(v).sum().dataSync()[0] ?? 0;
    const right = weight.mul(augment(v)).sum().dataSync()[0] ?? 0;
    expect(left).toBeCloseTo(right, 4);
  });

  it('does nothing when switched off', () => {
    const images = places(1, 4);
    expect(drawShiftAndCut(1, 4, { shiftPixels: 0, cutPixels: 0 }, new RandomStream(1, 1))(images)).toBe(
      images,
    );
  });
});
