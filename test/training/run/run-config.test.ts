import { describe, expect, it } from 'vitest';
import { parseRunConfig } from '../../../src/training/run/config/run-config.js';
import { MICRO_STACKGAN } from './micro-configs.js';

describe('parseRunConfig', () => {
  it('names a field that there is none of, and those that there are', () => {
    expect(() => parseRunConfig({ ...MICRO_STACKGAN, foo: 1 }, 'run.json')).toThrow(
      /^run\.json: there is no field foo; fields there are: architecture, .*\bstage1\b/,
    );
    const stage1 = { ...MICRO_STACKGAN.stage1, batchsize: 2 };
    expect(() => parseRunConfig({ ...MICRO_STACKGAN, stage1 }, 'run.json')).toThrow(
      /^run\.json: there is no field stage1\.batchsize; fields there are: .*\bbatchSize\b/,
    );
  });

  it('says what was expected of a field, and what came', () => {
    const stage1 = { ...MICRO_STACKGAN.stage1, batchSize: -3 };
    expect(() => parseRunConfig({ ...MICRO_STACKGAN, stage1 }, 'run.json')).toThrow(
      /^run\.json: stage1\.batchSize: .*expected number to be >=2, received -3\.$/,
    );
    expect(() => parseRunConfig('nothing', 'run.json')).toThrow(/the whole file: .*, received "nothing"\.$/);
  });
});
