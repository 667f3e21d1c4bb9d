import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import type { FeatureMatrix } from '../../../src/training/evaluation/feature-matrix.js';
import { frechetDistance } from '../../../src/training/evaluation/frechet-distance.js';
import { inceptionScore } from '../../../src/training/evaluation/inception-score.js';
import { kernelDistance } from '../../../src/training/evaluation/kernel-distance.js';
import { symmetricEigenvalues } from '../../../src/training/evaluation/symmetric-eigenvalues.js';
import { matrixOf } from './matrix-of.js';

const rows = z.array(z.array(z.number()));
const score = z.object({ mean: z.number(), standardDeviation: z.number() });
const fixture = z
  .object({
    distances: z.array(
      z.object({ name: z.string(), a: rows, b: rows, frechet: z.number(), kernel: z.number() }),
    ),
    scores: z.object({ probabilities: rows, splits1: score, splits4: score }),
    eigenvalues: z.object({ matrix: rows, values: z.array(z.number()) }),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../../fixtures/evaluation/distances.json', import.meta.url), 'utf8')),
  );

const random = () => new RandomStream(3);

function normals(count: number, width: number, seed: number, shift = 0): FeatureMatrix {
  const values = new RandomStream(seed).normals(count * width).map((value) => value + shift);
  return { values, count, width };
}

describe('symmetricEigenvalues', () => {
  it('are those of numpy, within 1e-13 of the largest', () => {
    const { matrix, values } = fixture.eigenvalues;
    const found = symmetricEigenvalues(Float64Array.from(matrix.flat()), matrix.length);
    const largest = Math.max(...values.map(Math.abs));
    for (const [i, value] of [...found].sort((a, b) => a - b).entries()) {
      expect(Math.abs(value - (values[i] ?? 0))).toBeLessThan(1e-13 * largest);
    }
  });

  it.each([
    ['a diagonal one', [2, 0, 0, 0, -1, 0, 0, 0, 5], [-1, 2, 5]],
    ['one of ones', [1, 1, 1, 1, 1, 1, 1, 1, 1], [0, 0, 3]],
    ['zeros', [0, 0, 0, 0], [0, 0]],
    ['a single number', [4], [4]],
  ])('of %s', (_, matrix, expected) => {
    const found = symmetricEigenvalues(Float64Array.from(matrix), expected.length);
    for (const [i, value] of [...found].sort((a, b) => a - b).entries()) {
      expect(value).toBeCloseTo(expected[i] ?? 0, 14);
    }
  });

  it('add up to the trace, and their squares to those of the matrix, at the size of real features', () => {
    const size = 200;
    const half = new RandomStream(5).normals(size * size);
    const matrix = new Float64Array(size * size);
    for (let i = 0; i < size; i++) {
      for (let j = 0; j < size; j++) {
        matrix[i * size + j] = (half[i * size + j] ?? 0) + (half[j * size + i] ?? 0);
      }
    }
    const trace = matrix.reduce((sum, value, i) => sum + (i % (size + 1) === 0 ? value : 0), 0);
    const squares = matrix.reduce((sum, value) => sum + value ** 2, 0);
    const found = symmetricEigenvalues(matrix, size);
    expect(found.reduce((sum, value) => sum + value, 0)).toBeCloseTo(trace, 9);
    expect(found.reduce((sum, value) => sum + value ** 2, 0) / squares).toBeCloseTo(1, 12);
  });
});

describe('frechetDistance', () => {
  it.each(fixture.distances)('is scipy’s, within 1e-6: $name', ({ a, b, frechet }) => {
    expect(Math.abs(frechetDistance(matrixOf(a), matrixOf(b)) / frechet - 1)).toBeLessThan(1e-6);
  });

  it('is the same both ways, and 0 from a set to itself', () => {
    const [a, b] = [normals(50, 20, 1), normals(30, 20, 2)];
    expect(frechetDistance(a, b)).toBeCloseTo(frechetDistance(b, a), 8);
    expect(frechetDistance(a, a)).toBeCloseTo(0, 6);
    const few = normals(10, 20, 1);
    expect(frechetDistance(few, few)).toBeCloseTo(0, 6);
  });

  it('of one column is (m₁ - m₂)² + (s₁ - s₂)²', () => {
    const a = matrixOf([[0], [2], [4]]);
    const b = matrixOf([[10], [11], [12], [13], [14]]);
    const [s1, s2] = [2, Math.sqrt(2.5)];
    expect(frechetDistance(a, b)).toBeCloseTo(100 + (s1 - s2) ** 2, 12);
  });

  it('of a moved set is the square of the way', () => {
    const a = normals(64, 8, 1);
    const moved = { ...a, values: a.values.map((value) => value + 0.5) };
    expect(frechetDistance(a, moved)).toBeCloseTo(8 * 0.25, 5);
  });

  it('bears columns that are always alike', () => {
    const constant = (matrix: FeatureMatrix) => ({
      ...matrix,
      values: matrix.values.map((value, i) => (i % 2 === 0 ? 1 : value)),
    });
    const distance = frechetDistance(constant(normals(60, 10, 1)), constant(normals(60, 10, 2)));
    const others = (matrix: FeatureMatrix) => ({
      ...matrix,
      values: matrix.values.filter((_, i) => i % 2 === 1),
      width: 5,
    });
    expect(distance).toBeCloseTo(frechetDistance(others(normals(60, 10, 1)), others(normals(60, 10, 2))), 6);
  });

  it.each([
    ['one row', matrixOf([[1, 2]]), 'at least 2 rows'],
    ['another width', normals(5, 3, 1), 'of one width'],
    [
      'NaN',
      matrixOf([
        [Number.NaN, 1],
        [2, 3],
      ]),
      'finite',
    ],
  ])('refuses %s', (_, matrix, message) => {
    expect(() => frechetDistance(matrix, normals(5, 2, 1))).toThrow(message);
  });
});

describe('kernelDistance', () => {
  it.each(fixture.distances)('is the one written out pair by pair: $name', ({ a, b, kernel }) => {
    const size = Math.min(a.length, b.length);
    const [some, others] = [matrixOf(a.slice(0, size)), matrixOf(b.slice(0, size))];
    const whole = kernelDistance(some, others, { random: random() });
    expect(whole).toMatchObject({ subsets: 1, subsetSize: size, standardDeviation: 0 });
    if (a.length === b.length) expect(whole.mean).toBeCloseTo(kernel, 10);
    // Each row of the larger set is as often in a subset as any other.
    const many = kernelDistance(matrixOf(a), matrixOf(b), { subsets: 200, random: random() });
    const error = (4 * many.standardDeviation) / Math.sqrt(200);
    expect(Math.abs(many.mean - kernel)).toBeLessThan(error);
  });

  it('is 0 on average for sets of one origin, whatever their size', () => {
    const distances = Array.from({ length: 200 }, (_, i) => {
      const [a, b] = [normals(12, 6, 2 * i), normals(12, 6, 2 * i + 1)];
      return kernelDistance(a, b, { random: random() }).mean;
    });
    const mean = distances.reduce((sum, value) => sum + value, 0) / distances.length;
    const deviation = Math.sqrt(distances.reduce((sum, value) => sum + value ** 2, 0) / distances.length);
    expect(Math.abs(mean)).toBeLessThan((3 * deviation) / Math.sqrt(distances.length));
    expect(Math.min(...distances)).toBeLessThan(0);
  });

  it('grows with the way between the sets, and repeats with its seed', () => {
    const at = (shift: number) =>
      kernelDistance(normals(80, 6, 1), normals(60, 6, 2, shift), { subsetSize: 30, random: random() });
    expect(at(1).mean).toBeGreaterThan(at(0.5).mean);
    expect(at(0.5).mean).toBeGreaterThan(at(0).mean + 0.1);
    expect(at(0.5)).toEqual(at(0.5));
    expect(at(0.5)).toMatchObject({ subsets: 20, subsetSize: 30 });
  });
});

describe('inceptionScore', () => {
  it.each([1, 4] as const)('is numpy’s with %i splits, within 1e-6', (splits) => {
    const { probabilities, ...expected } = fixture.scores;
    const found = inceptionScore(matrixOf(probabilities), splits);
    expect(found.mean).toBeCloseTo(expected[`splits${splits}`].mean, 6);
    expect(found.standardDeviation).toBeCloseTo(expected[`splits${splits}`].standardDeviation, 6);
  });

  it('is 1 where all pictures are alike, and the number of classes where each is sure of another', () => {
    const alike = matrixOf(Array.from({ length: 8 }, () => [0.2, 0.3, 0.5]));
    expect(inceptionScore(alike, 2).mean).toBeCloseTo(1, 6);
    const sure = matrixOf([0, 1, 2, 0, 1, 2].map((own) => [0, 1, 2].map((i) => (i === own ? 1 : 0))));
    expect(inceptionScore(sure, 2)).toMatchObject({ mean: expect.closeTo(3, 6), splits: 2 });
  });
});
