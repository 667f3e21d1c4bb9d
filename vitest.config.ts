import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Exported files are checked by the onnx package of Python once all tests have run.
    globalSetup: ['test/tools/export/onnx-package/check-collected.ts'],
    // TensorFlow and ONNX Runtime are native add-ons: one process a file keeps their state apart.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    env: { ORT_DISABLE_TELEMETRY: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
  },
});
