import { reasonOf, WordbrushError } from '../../errors.js';

export type WebRuntime = typeof import('onnxruntime-web');

const INSTALL_COMMAND = 'npm install onnxruntime-web@1.30.0';

/**
 * Loads onnxruntime-web, whose WebAssembly runs where onnxruntime-node has no binary: musl, Intel Macs.
 * @param load replaced in tests.
 * @throws WordbrushError RUNTIME_MISSING if the package is not installed or does not load.
 */
export async function loadWebRuntime(
  load: () => Promise<WebRuntime> = () => import('onnxruntime-web'),
): Promise<WebRuntime> {
  try {
    const runtime = await load();
    runtime.env.logLevel = 'fatal';
    return runtime;
  } catch (error) {
    throw new WordbrushError(
      'RUNTIME_MISSING',
      `Expected the package onnxruntime-web to load; it failed: ${reasonOf(error)}.`,
      { hint: `Run: ${INSTALL_COMMAND}`, cause: error },
    );
  }
}
