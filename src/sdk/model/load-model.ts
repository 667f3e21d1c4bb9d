import { openBundle, type VerifiedFiles } from '../bundle/index.js';
import type { ModelSource } from '../bundle/sources/model-source.js';
import { WordbrushError } from '../errors.js';
import { throwIfAborted } from '../generation/abort.js';
import { createTextReader } from '../generation/encode-text.js';
import { GraphLoader } from '../generation/load-graphs.js';
import { guardProgress, type ReportProgress } from '../generation/progress.js';
import type { ModelPurpose, Platform, RuntimeOptions } from '../runtime/platform.js';
import { ModelCore } from './model-core.js';

export interface LoadRequest {
  /** Undefined for the model that comes with the package for this purpose. */
  source: ModelSource | undefined;
  runtime: RuntimeOptions;
  /** What the caller takes the model for; undefined for either. */
  conditional: boolean | undefined;
  /** What the graphs are loaded for; the text encoder always is. */
  purpose: ModelPurpose;
  signal: AbortSignal | undefined;
  onProgress: ReportProgress | undefined;
}

/**
 * Reads, verifies and loads a model bundle.
 * @throws WordbrushError MODEL_NOT_FOUND, MANIFEST_INVALID, MANIFEST_VERSION, FILE_MISSING, INTEGRITY_MISMATCH,
 * MODEL_INVALID, NETWORK, DEVICE_UNAVAILABLE, RUNTIME_MISSING, WORKER_LOST, ABORTED; INVALID_OPTION for a model of the other
 * kind.
 */
export async function loadCore(platform: Platform, request: LoadRequest): Promise<ModelCore> {
  const { signal, purpose } = request;
  const report = guardProgress(request.onProgress, platform.warn);
  throwIfAborted(signal);
  const bundle = await openBundle(
    await platform.openBundle(request.source, { purpose, signal, assets: request.runtime.assets }),
  );
  const { manifest } = bundle;
  requireKind(manifest, request.conditional);
  const purposes = purpose === 'drawing' ? (['text', 'drawing'] as const) : (['text'] as const);
  const opening = platform.openRuntime(request.runtime);
  // Looked at below; until then a failure must not count as unhandled.
  opening.catch(() => undefined);
  let files: VerifiedFiles;
  try {
    // At the same time: what reads and verifies are other threads.
    files = await bundle.read(purposes, report, signal);
  } catch (error) {
    await opening.then(
      (runtime) => runtime.dispose(),
      () => undefined,
    );
    throw error;
  }
  const runtime = await opening;
  const total =
    (manifest.textEncoder === undefined ? 0 : 1) + (purpose === 'drawing' ? manifest.stages.length : 0);
  const loader = new GraphLoader(runtime, manifest, files, { report, signal, total });
  try {
    const encoder = await loader.textEncoder();
    const text =
      encoder === undefined || manifest.tokenizer === undefined
        ? undefined
        : createTextReader(manifest.tokenizer, manifest, files, encoder);
    const stages = purpose === 'drawing' ? await loader.stages() : [];
    return new ModelCore({ platform, runtime, bundle, text, stages, sessions: loader.sessions });
  } catch (error) {
    await loader.release();
    await runtime.dispose();
    throw error;
  }
}

function requireKind(
  { name, conditional }: { name: string; conditional: boolean },
  expected: boolean | undefined,
): void {
  if (expected === undefined || expected === conditional) {
    return;
  }
  const [wanted, hint] = expected
    ? ['draws what a text says', 'Load it with { conditional: false }, and generate without a prompt.']
    : ['draws without text', 'Load it without { conditional: false }, and generate from a prompt.'];
  throw new WordbrushError('INVALID_OPTION', `Expected a model that ${wanted}; ${name} does not.`, {
    hint,
    details: { option: 'conditional' },
  });
}
