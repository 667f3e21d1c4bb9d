import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { contrastiveLoss } from '../../../src/training/losses/contrastive.js';

beforeAll(() => tf.setBackend('cpu'));

const NONE = () => tf.zeros([3, 3]) as tf.Tensor2D;
const value = (tensor: tf.Tensor) => tensor.dataSync()[0] ?? Number.NaN;

describe('contrastive loss', () => {
  it('is the cross-entropy of cosines in both directions', () => {
    const sentences = tf.tensor2d([
      [1, 0],
      [0, 2],
      [3, 3],
    ]);
    const images = tf.tensor2d([
      [2, 0],
      [1, 1],
      [0, 5],
    ]);
    const half = Math.SQRT1_2;
    const cosines = [
      [1, half, 0],
      [0, half, 1],
      [half, 1, half],
    ];
    const rows = cosines.map(
      (row, i) => Math.log(row.reduce((sum, c) => sum + Math.exp(4 * c), 0)) - 4 * (row[i] ?? 0),
    );
    const columns = [0, 1, 2].map((j) => {
      const column = cosines.map((row) => row[j] ?? 0);
      return Math.log(column.reduce((sum, c) => sum + Math.exp(4 * c), 0)) - 4 * (column[j] ?? 0);
    });
    const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length;
    const expected = (mean(rows) + mean(columns)) / 2;
    expect(value(contrastiveLoss(sentences, images, 4, NONE()))).toBeCloseTo(expected, 5);
  });

  it('leaves out pairs that show the same thing', () => {
    const same = tf.tensor2d([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const isSame = tf.tensor2d([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 0],
    ]);
    expect(value(contrastiveLoss(same, same, 20, isSame))).toBeLessThan(1e-6);
    expect(value(contrastiveLoss(same, same, 20, NONE()))).toBeGreaterThan(0.4);
  });
});
