import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/random-stream.js';
import { structuredJointEmbedding } from '../../../src/training/losses/structured-joint-embedding.js';
import { BACKENDS } from '../oracle.js';

const [BATCH, DIM] = [4, 5];

describe.each(BACKENDS)('structured joint embedding, %s backend', (backend) => {
  beforeAll(() => tf.setBackend(backend));

  it('is the sum of the missing margins over batch times batch, both ways', () => {
    const { sentences, images } = randomRows();
    tf.tidy(() => {
      const losses = structuredJointEmbedding(tf.tensor2d(sentences), tf.tensor2d(images));
      expect(numberOf(losses.imageToText)).toBeCloseTo(hinge(images, sentences), 5);
      expect(numberOf(losses.textToImage)).toBeCloseTo(hinge(sentences, images), 5);
      expect(numberOf(losses.total)).toBeCloseTo(totalByHand(sentences, images), 5);
    });
  });

  it('has the gradients of finite differences, for sentences and images', () => {
    const { sentences, images } = randomRows();
    tf.tidy(() => {
      const gradients = tf.grads(
        (a: tf.Tensor, b: tf.Tensor) => structuredJointEmbedding(a as tf.Tensor2D, b as tf.Tensor2D).total,
      )([tf.tensor2d(sentences), tf.tensor2d(images)]);
      const rows = [sentences, images];
      for (const [which, gradient] of gradients.entries()) {
        const values = gradient.arraySync() as number[][];
        for (let row = 0; row < BATCH; row++) {
          for (let column = 0; column < DIM; column++) {
            const expected = slope(rows, which, row, column);
            expect(values[row]?.[column]).toBeCloseTo(expected, 5);
          }
        }
      }
    });
  });

  it('is zero, and so is its gradient, once every wrong answer is a margin below', () => {
    tf.tidy(() => {
      const rows = tf.eye(BATCH).mul<tf.Tensor2D>(1.5);
      const { total } = structuredJointEmbedding(rows, rows);
      expect(numberOf(total)).toBe(0);
      // 1.5 · 1.5 = 2.25 above 0: a margin of 3 misses 0.75 in 12 pairs of 16, twice.
      expect(numberOf(structuredJointEmbedding(rows, rows, 3).total)).toBeCloseTo((2 * 12 * 0.75) / 16, 6);
      const gradient = tf.grad((x: tf.Tensor) => structuredJointEmbedding(x as tf.Tensor2D, rows).total)(
        rows,
      );
      expect([...gradient.dataSync()].every((value) => Math.abs(value) === 0)).toBe(true);
    });
  });
});

/** Central difference of the loss in float64. */
function slope(rows: readonly number[][][], which: number, row: number, column: number): number {
  const step = 1e-6;
  const at = (shift: number) => {
    const moved = rows.map((some) => some.map((values) => [...values]));
    const values = moved[which]?.[row] ?? [];
    values[column] = (values[column] ?? 0) + shift;
    return totalByHand(moved[0] ?? [], moved[1] ?? []);
  };
  return (at(step) - at(-step)) / (2 * step);
}

function totalByHand(sentences: number[][], images: number[][]): number {
  return hinge(images, sentences) + hinge(sentences, images);
}

/** Given each question, the right answer has its place. */
function hinge(questions: number[][], answers: number[][]): number {
  let sum = 0;
  for (const [i, question] of questions.entries()) {
    const right = dot(question, answers[i] ?? []);
    for (const [j, answer] of answers.entries()) {
      if (j !== i) sum += Math.max(0, dot(question, answer) - right + 1);
    }
  }
  return sum / (questions.length * answers.length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? 0), 0);
}

/** Of float32, so that both sides see the same numbers. */
function randomRows(): { sentences: number[][]; images: number[][] } {
  const random = new RandomStream(2);
  const rows = () => Array.from({ length: BATCH }, () => Array.from(random.normals(DIM)));
  return { sentences: rows(), images: rows() };
}

function numberOf(scalar: tf.Scalar): number {
  return scalar.dataSync()[0] ?? Number.NaN;
}
