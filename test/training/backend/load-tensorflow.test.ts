import { createRequire } from 'node:module';
import * as tfjs from '@tensorflow/tfjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';

afterEach(() => {
  vi.doUnmock('@tensorflow/tfjs-node-gpu');
  vi.unstubAllEnvs();
});

describe('loadTensorFlow', () => {
  it('loads the native backend into the one TensorFlow.js that every module imports', async () => {
    const tf = await loadTensorFlow();
    expect(tf.getBackend()).toBe('tensorflow');
    expect(tfjs.getBackend()).toBe('tensorflow');
    expect(tfjs.engine()).toBe(tf.engine());
    const product = tfjs.matMul(tfjs.ones([2, 3]), tfjs.ones([3, 2]));
    expect(Array.from(product.dataSync())).toEqual([3, 3, 3, 3]);
    product.dispose();
  });

  it('changes to plain JavaScript and back when asked', async () => {
    expect((await loadTensorFlow({ backend: 'cpu' })).getBackend()).toBe('cpu');
    expect((await loadTensorFlow({ backend: 'native' })).getBackend()).toBe('tensorflow');
  });

  it('restores what Node.js 23 removed from util', async () => {
    const util: Record<string, unknown> = createRequire(import.meta.url)('node:util');
    const { isNullOrUndefined } = util;
    try {
      delete util.isNullOrUndefined;
      await loadTensorFlow();
      const restored = util.isNullOrUndefined;
      if (typeof restored !== 'function') throw new Error('expected util.isNullOrUndefined to be there');
      expect([null, undefined, 0, ''].map((value) => restored(value))).toEqual([true, true, false, false]);
    } finally {
      util.isNullOrUndefined = isNullOrUndefined;
    }
  });

  it('leaves the log level as the user set it, and quiets TensorFlow otherwise', async () => {
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', '0');
    await loadTensorFlow();
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe('0');
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', undefined);
    await loadTensorFlow();
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe('2');
  });

  it('refuses, and names the setup, when the native library does not load', async () => {
    vi.doMock('@tensorflow/tfjs-node-gpu', () => {
      throw new Error('libtensorflow.so.2: cannot open shared object file\nmore');
    });
    await expect(loadTensorFlow()).rejects.toMatchObject({
      code: 'BACKEND_UNAVAILABLE',
      hint: expect.stringContaining('wordbrush setup training'),
      details: { backend: 'native' },
    });
  });
});
