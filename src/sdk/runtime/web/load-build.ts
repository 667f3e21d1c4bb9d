import type { Env } from 'onnxruntime-common';
import { reasonOf, WordbrushError } from '../../errors.js';
import type { OnnxRuntime } from '../onnx-session.js';
import { BUILD_FILES, type Build, COPY_HINT, RUNTIME_FOLDER } from './asset-folder.js';
import { checkScript, fetchBinary } from './fetch-asset.js';

/** One build of onnxruntime-web. */
export interface WebRuntime extends OnnxRuntime {
  readonly env: Env;
}

/**
 * Loads one of ONNX Runtime's builds from the folder of assets. It is no import that a bundler follows: so none takes
 * its 14 to 27 MB of WebAssembly apart, and all find them at the same place.
 * @param threads of the processor to use. @default as many as ONNX Runtime finds right
 * @throws WordbrushError RUNTIME_MISSING naming the URL that is wrong.
 */
export async function loadBuild(build: Build, assets: URL, threads: number | undefined): Promise<WebRuntime> {
  const folder = new URL(RUNTIME_FOLDER, assets);
  const { module, glue, binary } = BUILD_FILES[build];
  const urls = {
    module: new URL(module, folder),
    glue: new URL(glue, folder),
    binary: new URL(binary, folder),
  };
  const [wasmBinary] = await Promise.all([
    fetchBinary(urls.binary),
    checkScript(urls.module),
    checkScript(urls.glue),
  ]);
  const runtime = await importRuntime(urls.module.href);
  runtime.env.logLevel = 'fatal';
  runtime.env.wasm.wasmPaths = { mjs: urls.glue.href, wasm: urls.binary.href };
  runtime.env.wasm.wasmBinary = wasmBinary;
  if (threads !== undefined) runtime.env.wasm.numThreads = threads;
  return runtime;
}

async function importRuntime(url: string): Promise<WebRuntime> {
  let module: unknown;
  try {
    module = await import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ url);
  } catch (error) {
    throw new WordbrushError(
      'RUNTIME_MISSING',
      `Expected ONNX Runtime at ${url} to load: ${reasonOf(error)}.`,
      {
        hint: COPY_HINT,
        cause: error,
        details: { url },
      },
    );
  }
  if (!isRuntime(module)) {
    throw new WordbrushError('RUNTIME_MISSING', `Expected ONNX Runtime at ${url}; it is something else.`, {
      hint: COPY_HINT,
      details: { url },
    });
  }
  return module;
}

function isRuntime(module: unknown): module is WebRuntime {
  return (
    typeof module === 'object' &&
    module !== null &&
    ['InferenceSession', 'Tensor', 'env'].every((name) => name in module)
  );
}
