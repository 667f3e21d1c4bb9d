import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildStage1Generator } from '../../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../../src/training/architectures/stackgan/stage2-generator.js';
import { variablesOf } from '../../../../src/training/weights/named-variables.js';

const WIDTHS = { sentenceDim: 6, conditionDim: 5, zDim: 4 };

beforeAll(() => tf.setBackend('cpu'));
afterEach(() => tf.disposeVariables());

describe('widths that halve unevenly', () => {
  it.each([
    ['Stage-I', () => buildStage1Generator({ ...WIDTHS, baseWidth: 5 }), [20, 10, 5, 2]],
    ['Stage-II', () => buildStage2Generator({ ...WIDTHS, baseWidth: 6 }), [12, 6, 3, 1]],
  ])('%s rounds down, as the official code does', (_, build, expected) => {
    const variables = variablesOf(build().model);
    const filters = [1, 2, 3, 4].map((level) => variables.get(`upsample${level}/conv/kernel`)?.shape[3]);
    expect(filters).toEqual(expected);
  });

  it.each([
    ['Stage-I', () => buildStage1Generator({ ...WIDTHS, baseWidth: 1 }), 'at least 2, received 1'],
    ['Stage-II', () => buildStage2Generator({ ...WIDTHS, baseWidth: 3 }), 'at least 4, received 3'],
  ])('%s refuses one of which nothing is left', (_, build, message) => {
    expect(build).toThrowError(
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(message) }),
    );
  });
});
