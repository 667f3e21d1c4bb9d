import { WordbrushError } from '../../errors.js';
import type { ModelPurpose } from '../platform.js';

/** Of this package. Its part of the folder bears it, so that files left by another version are not taken for ours. */
export const VERSION = '0.1.0';

/** ONNX Runtime's builds: the `webgpu` one is twice as large, so that `wasm` is not drawn from it. */
export type Build = 'wasm' | 'webgpu';

/** The files of each build: its interface, what connects it with WebAssembly, and the WebAssembly. */
export const BUILD_FILES: Readonly<Record<Build, { module: string; glue: string; binary: string }>> = {
  wasm: {
    module: 'ort.wasm.min.mjs',
    glue: 'ort-wasm-simd-threaded.mjs',
    binary: 'ort-wasm-simd-threaded.wasm',
  },
  webgpu: {
    module: 'ort.webgpu.min.mjs',
    glue: 'ort-wasm-simd-threaded.asyncify.mjs',
    binary: 'ort-wasm-simd-threaded.asyncify.wasm',
  },
};

/** Inside the folder: ONNX Runtime, the script of workers, and the models that come with the package. */
export const RUNTIME_FOLDER = `${VERSION}/onnxruntime/`;
export const SCRIPTS_FOLDER = `${VERSION}/scripts/`;
export const WORKER_SCRIPT = `${SCRIPTS_FOLDER}runtime/web/worker-entry.js`;
export const MODELS_FOLDER = 'models/';
/** The models that are taken where none is named. */
export const DEFAULT_MODELS: Readonly<Record<ModelPurpose, string>> = {
  drawing: `${MODELS_FOLDER}stackgan-emoji/`,
  scoring: `${MODELS_FOLDER}damsm-emoji/`,
};

/** Where the folder is looked for, unless the option `assets` says otherwise: beside the page. */
export const DEFAULT_ASSETS = 'wordbrush/';

/** What puts everything in place. */
export const COPY_HINT =
  'Run: npx wordbrush copy-assets public/wordbrush, and serve that folder; or name its URL with the option assets.';

/**
 * The folder that `wordbrush copy-assets` filled, with a slash at its end.
 * @param base the page's URL.
 * @throws WordbrushError INVALID_OPTION if it is no http URL.
 */
export function assetFolder(assets: string | undefined, base: string): URL {
  const given = assets ?? DEFAULT_ASSETS;
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol)) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected assets: the http or https URL of a folder, received ${JSON.stringify(given)}${url === undefined ? '' : `, which is ${url.href}`}.`,
      {
        hint: 'Serve the page by http: a page opened as a file may not load anything.',
        details: { option: 'assets' },
      },
    );
  }
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(/\/*$/u, '/');
  return url;
}
