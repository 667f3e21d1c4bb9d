import type { CallOptions } from '../generation/call-options.js';
import { drawPrompts } from '../generation/generate.js';
import type { ProgressEvent } from '../generation/progress.js';
import type { ModelCore } from './model-core.js';

/**
 * Runs every graph that drawing takes once, in every worker: devices compile, allocate and choose then, and not when the
 * first picture is asked for.
 * @throws WordbrushError ABORTED, DISPOSED, MODEL_INVALID.
 */
export async function warmUp(core: ModelCore, { signal, onProgress }: CallOptions): Promise<void> {
  await drawPrompts<'rgba'>(core, [core.samplePrompt], {
    seed: 0,
    count: core.lanes,
    output: 'rgba',
    signal,
    onProgress: ({ completed, total }: ProgressEvent) => onProgress?.({ phase: 'warmup', completed, total }),
  });
}
