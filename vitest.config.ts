import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/**
 * Folders whose tests start no process, train nothing and leave nothing behind: one process runs many of their files,
 * since loading TensorFlow.js takes longer than most of them.
 */
const SHARING = [
  'sdk/{bundle,image,noise,runtime/web,text}',
  'tools/export/{graph,load,ops,passes,precision,verify,writer}',
  'tools/import/{numpy,official-names,pickle,pytorch,torch7,zip}',
  'training/{augmentation,data,optimizers,report,summary}',
].map((folders) => `test/${folders}/**/*.test.ts`);

const settings = {
  pool: 'forks',
  // TensorFlow has threads of its own, and each worker may take a gigabyte.
  maxWorkers: Math.min(4, Math.max(2, availableParallelism() - 1)),
  // Generous: a busy machine is no failure.
  testTimeout: 300_000,
  hookTimeout: 300_000,
  env: { ORT_DISABLE_TELEMETRY: '1', TF_CPP_MIN_LOG_LEVEL: '2' },
} as const;

export default defineConfig({
  test: {
    ...settings,
    // Exported files are checked by the onnx package of Python once all tests have run.
    globalSetup: ['test/tools/export/onnx-package/check-collected.ts'],
    projects: [
      // TensorFlow and ONNX Runtime are native add-ons: one process a file keeps their state apart.
      {
        test: {
          ...settings,
          name: 'apart',
          include: ['test/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...SHARING],
        },
      },
      { test: { ...settings, name: 'sharing', include: SHARING, isolate: false } },
    ],
  },
});
