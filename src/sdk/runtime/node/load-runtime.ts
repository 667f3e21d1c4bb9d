import { createRequire } from 'node:module';
import { reasonOf, WordbrushError } from '../../errors.js';

export type OnnxRuntime = typeof import('onnxruntime-node');

// Its install script only fetches CUDA libraries, and fails the install where the network is closed.
const INSTALL_COMMAND = 'npm install --ignore-scripts onnxruntime-node@1.30.0';

/**
 * Loads onnxruntime-node with its telemetry off and its log silent: what it has to say arrives as errors.
 * @param load replaced in tests.
 * @throws WordbrushError RUNTIME_MISSING if the package is not installed or its binary does not load.
 */
export async function loadRuntime(load: () => Promise<OnnxRuntime> = requireRuntime): Promise<OnnxRuntime> {
  // Read once, when the library initialises: it has to be there before the import.
  process.env.ORT_DISABLE_TELEMETRY = '1';
  try {
    const runtime = await load();
    runtime.env.logLevel = 'fatal';
    return runtime;
  } catch (error) {
    throw runtimeMissing(error);
  }
}

/** By `require()`: for `import()` Node.js first reads through the package's files for what they export, milliseconds. */
async function requireRuntime(): Promise<OnnxRuntime> {
  try {
    const runtime: OnnxRuntime = createRequire(import.meta.url)('onnxruntime-node');
    return runtime;
  } catch {
    // A bundler may have put this file where there is no package beside it, and says by import() what to take.
    return import('onnxruntime-node');
  }
}

function runtimeMissing(error: unknown): WordbrushError {
  const reason = reasonOf(error);
  const notInstalled = /Cannot find (package|module) '?onnxruntime-node/u.test(reason);
  return notInstalled
    ? new WordbrushError('RUNTIME_MISSING', 'Expected the package onnxruntime-node; it is not installed.', {
        hint: `Run: ${INSTALL_COMMAND}`,
        cause: error,
      })
    : new WordbrushError(
        'RUNTIME_MISSING',
        `Expected onnxruntime-node to load on ${process.platform} ${process.arch}; it failed: ${reason}.`,
        { hint: `Install it again for this system: ${INSTALL_COMMAND}`, cause: error },
      );
}
