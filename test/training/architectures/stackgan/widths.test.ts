import { describe, expect, it } from 'vitest';
import { buildStage1Generator } from '../../../../src/training/architectures/stackgan/stage1-generator.js';
import { buildStage2Generator } from '../../../../src/training/architectures/stackgan/stage2-generator.js';

describe('widths that cannot be halved as often as needed', () => {
  const widths = { sentenceDim: 6, conditionDim: 5, zDim: 4 };

  it.each([
    ['Stage-I', () => buildStage1Generator({ ...widths, baseWidth: 3 }), 'a multiple of 2, received 3'],
    ['Stage-II', () => buildStage2Generator({ ...widths, baseWidth: 6 }), 'a multiple of 4, received 6'],
  ])('%s', (_, build, message) => {
    expect(build).toThrowError(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(message) }),
    );
  });
});
