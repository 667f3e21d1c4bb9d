import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { diversityPerPrompt, meanPairwiseDistance } from '../../../src/training/evaluation/diversity.js';
import type { FeatureMatrix } from '../../../src/training/evaluation/feature-matrix.js';
import {
  nearestTrainingPictures,
  summarizeNearest,
} from '../../../src/training/evaluation/nearest-training-picture.js';
import { mostMismatched, rPrecision } from '../../../src/training/evaluation/r-precision.js';
import { quantile, spreadOf } from '../../../src/training/evaluation/spread.js';
import { matrixOf } from './matrix-of.js';

const random = () => new RandomStream(11);
const range = (length: number) => Array.from({ length }, (_, index) => index);

function normals(count: number, width: number, seed: number): FeatureMatrix {
  return { values: new RandomStream(seed).normals(count * width), count, width };
}

describe('rPrecision', () => {
  const texts = normals(300, 16, 1);
  const groups = range(300);

  it('is 1 where pictures lie at their texts, and the protocol is the paper’s', () => {
    const request = { images: texts, texts, textOf: groups, groups, random: random() };
    expect(rPrecision(request)).toEqual({
      mean: 1,
      standardDeviation: 0,
      pictures: 300,
      mismatched: 99,
      folds: 10,
    });
  });

  it('does not depend on how long vectors are', () => {
    const images = { ...texts, values: texts.values.map((value) => value * 50) };
    expect(rPrecision({ images, texts, textOf: groups, groups, random: random() }).mean).toBe(1);
  });

  it('is a hundredth by chance: 3000 draws, within four deviations', () => {
    const count = 3000;
    const images = normals(count, 16, 2);
    const textOf = range(count).map((index) => index % 300);
    const { mean } = rPrecision({ images, texts, textOf, groups, random: random() });
    expect(Math.abs(mean - 0.01)).toBeLessThan(4 * Math.sqrt((0.01 * 0.99) / count));
  });

  it('is a hundredth where all pictures and texts are alike: a tie is shared', () => {
    const same = matrixOf(range(120).map(() => [1, 2]));
    const request = { images: same, texts: same, textOf: range(120), groups: range(120), random: random() };
    expect(rPrecision(request).mean).toBeCloseTo(0.01, 12);
  });

  it('takes no text of the picture’s own group for a mismatched one', () => {
    // Two texts a group, nearly the same; the other of the group would win half of the time.
    const twins = matrixOf(range(40).map((i) => [Math.cos(i >> 1), Math.sin(i >> 1), (i % 2) * 1e-3]));
    const images = matrixOf(range(40).map((i) => [Math.cos(i >> 1), Math.sin(i >> 1), 5e-3]));
    const request = { images, texts: twins, textOf: range(40), mismatched: 30, random: random() };
    expect(rPrecision({ ...request, groups: range(40).map((i) => i >> 1) }).mean).toBe(1);
    expect(rPrecision({ ...request, groups: range(40) }).mean).toBeLessThan(0.9);
  });

  it('has the deviation over folds', () => {
    const textOf = [0, 1, 2, 3];
    const images = matrixOf([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const pair = matrixOf([
      [1, 0],
      [1, 0.1],
      [1, 0],
      [0, 1],
    ]);
    const found = rPrecision({
      images,
      texts: pair,
      textOf,
      groups: [0, 1, 0, 1],
      mismatched: 2,
      folds: 2,
      random: random(),
    });
    // Right, wrong, right, right; folds are of every second picture.
    expect(found).toMatchObject({ mean: 0.75, standardDeviation: 0.25, folds: 2 });
  });

  it('refuses too few texts, and rows that do not fit', () => {
    const request = { images: texts, texts, textOf: groups, random: random() };
    expect(mostMismatched(range(300).map((i) => i % 3))).toBe(200);
    expect(() => rPrecision({ ...request, groups: range(300).map((i) => (i < 250 ? 0 : i)) })).toThrow(
      'at least 99 texts about something else for each picture, received 50',
    );
    expect(() => rPrecision({ ...request, groups, textOf: [1] })).toThrow('a text for each of 300');
    expect(() => rPrecision({ ...request, groups, textOf: groups.map(() => 300) })).toThrow('from 0 to 299');
  });
});

describe('diversity', () => {
  it('is 0 for pictures that are alike, and 1 for ones at right angles', () => {
    const alike = matrixOf([
      [1, 2],
      [2, 4],
      [3, 6],
    ]);
    expect(meanPairwiseDistance(alike)).toBeCloseTo(0, 6);
    const crossed = matrixOf([
      [1, 0, 0],
      [0, 2, 0],
      [0, 0, 3],
    ]);
    expect(meanPairwiseDistance(crossed)).toBeCloseTo(1, 6);
  });

  it('is the mean over all pairs', () => {
    const rows = matrixOf([
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(meanPairwiseDistance(rows)).toBeCloseTo(2 / 3, 6);
  });

  it('is taken prompt by prompt', () => {
    const rows = matrixOf([
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    expect(diversityPerPrompt(rows, 2)).toEqual({
      mean: expect.closeTo(0.5, 6),
      standardDeviation: expect.closeTo(0.5, 6),
      prompts: 2,
      picturesPerPrompt: 2,
    });
    expect(() => diversityPerPrompt(rows, 3)).toThrow('whole prompts');
    expect(() => diversityPerPrompt(rows, 1)).toThrow('at least two pictures');
  });
});

describe('nearestTrainingPictures', () => {
  const training = matrixOf([
    [1, 0],
    [0, 1],
    [-1, 0],
  ]);

  it('names the one of the smallest angle', () => {
    const pictures = matrixOf([
      [0.1, 5],
      [-3, 0],
    ]);
    const found = nearestTrainingPictures(pictures, training);
    expect(found.map(({ index }) => index)).toEqual([1, 2]);
    expect(found[0]?.distance).toBeCloseTo(1 - 5 / Math.hypot(0.1, 5), 6);
    expect(found[1]?.distance).toBeCloseTo(0, 6);
  });

  it('tells copies from new pictures by what real ones have', () => {
    const real = nearestTrainingPictures(normals(200, 12, 1), normals(100, 12, 2));
    const copies = nearestTrainingPictures(normals(100, 12, 2), normals(100, 12, 2));
    expect(summarizeNearest(copies, real).shareBelow).toBe(1);
    const fresh = nearestTrainingPictures(normals(200, 12, 3), normals(100, 12, 2));
    expect(summarizeNearest(fresh, real).shareBelow).toBeLessThan(0.15);
    expect(summarizeNearest(real, real).shareBelow).toBeCloseTo(0.05, 2);
  });
});

describe('spread', () => {
  it('are numpy’s mean, std and quantile', () => {
    expect(spreadOf([1, 2, 4])).toEqual({ mean: 7 / 3, standardDeviation: expect.closeTo(1.247219, 6) });
    expect(quantile([4, 1, 2], 0.5)).toBe(2);
    expect(quantile([4, 1, 2, 3], 0.05)).toBeCloseTo(1.15, 12);
  });
});
