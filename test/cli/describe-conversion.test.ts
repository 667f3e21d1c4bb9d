import { describe, expect, it } from 'vitest';
import { type ConversionSummary, describeConversion } from '../../src/cli/describe-conversion.js';

function summary(psnrDb: number | null): ConversionSummary {
  const difference = { maxAbsolute: 0.2, relativeL2: 0.1, psnrDb };
  return {
    model: 'model.json',
    file: 'model.onnx',
    sizeBytes: 1500,
    opset: 17,
    precision: 'int8',
    arithmetic: 'fp32',
    inputs: [],
    outputs: [],
    operators: {},
    nodeCount: 0,
    parameterCount: 4000,
    weightBytes: 4100,
    fp32WeightBytes: 16000,
    verification: {
      tolerance: 1e-4,
      cases: [
        {
          name: 'random',
          optimization: 'all',
          maxAbsoluteDifference: { image: 0.2 },
          differences: { image: difference },
        },
      ],
      maxAbsoluteDifference: 0.2,
      relativeL2: 0.1,
      psnrDb,
      exactMaxAbsoluteDifference: 1e-6,
    },
  };
}

describe('describeConversion', () => {
  it('says plainly where fewer bits change pictures visibly', () => {
    expect(describeConversion(summary(34.9))).toContain('below 35 dB: int8 changes them visibly');
    expect(describeConversion(summary(35))).not.toContain('visibly');
    expect(describeConversion(summary(null))).not.toContain('visibly');
  });
});
