import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import '@tensorflow/tfjs-node-gpu';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { convertToFile, loadLayersModel } from '../../../tools/export/index.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { collectModel } from './onnx-package/collect-model.js';

/** The npm package nsfwjs 4.3.0: Keras models of others, quantised to bytes, as users have them. */
const MODELS = 'node_modules/nsfwjs/dist/models';

describe('models of others', () => {
  beforeAll(() => tf.setBackend('tensorflow'));

  it('MobileNet-v2 converts in every precision', async () => {
    const model = await loadLayersModel(join(MODELS, 'mobilenet_v2'));
    const expected = {
      fp32: { bytes: 10.3e6, difference: 1e-5 },
      fp16: { bytes: 5.3e6, difference: 2e-2 },
      int8: { bytes: 2.8e6, difference: 0.2 },
    };
    for (const precision of ['fp32', 'fp16', 'int8'] as const) {
      const path = join(temporaryFolder(), 'model.onnx');
      const { converted, verification, sizeBytes } = await convertToFile(model, path, {
        precision,
        check: 1,
      });
      collectModel(readFileSync(path));
      expect(converted.summary.operators).toMatchObject({ Conv: 52, Gemm: 3 });
      expect(converted.summary.operators.BatchNormalization).toBeUndefined();
      expect(verification.exactMaxAbsoluteDifference).toBeLessThan(1e-5);
      expect(verification.maxAbsoluteDifference).toBeLessThan(expected[precision].difference);
      expect(sizeBytes).toBeLessThan(expected[precision].bytes);
    }
    model.dispose();
  });

  it('Inception-v3 converts to what TensorFlow.js computes', async () => {
    const model = await loadLayersModel(join(MODELS, 'inception_v3'));
    const path = join(temporaryFolder(), 'model.onnx');
    const { converted, verification } = await convertToFile(model, path, { check: 1 });
    collectModel(readFileSync(path));
    expect(converted.summary.operators).toMatchObject({ Conv: 94, Concat: 15, AveragePool: 10, MaxPool: 4 });
    expect(converted.summary.operators.BatchNormalization).toBeUndefined();
    expect(converted.summary.parameterCount).toBe(22_326_437);
    expect(verification.maxAbsoluteDifference).toBeLessThan(1e-5);
    model.dispose();
  });
});
