import { checkCallOptions } from '../generation/call-options.js';
import type { ModelGenerateOptions } from '../generation/draw-options.js';
import { drawPrompts, generateWith } from '../generation/generate.js';
import { interpolateWith } from '../generation/interpolate.js';
import type { OutputKind } from '../generation/output.js';
import { checkedPrompts } from '../generation/prompts.js';
import type { GenerateResult, UnconditionalGenerateResult } from '../generation/result.js';
import { streamPrompts } from '../generation/stream.js';
import type { ModelCore } from './model-core.js';
import type { LoadedModel, Model, UnconditionalModel } from './model-types.js';
import { selfTest } from './self-test.js';
import { warmUp } from './warm-up.js';

/** The calls of a model that draws what a text says. */
export function createModel(core: ModelCore): Model {
  function generate<Output extends OutputKind = 'image'>(
    prompt: string,
    options?: ModelGenerateOptions<Output>,
  ): Promise<GenerateResult<Output>>;
  function generate<Output extends OutputKind = 'image'>(
    prompts: readonly string[],
    options?: ModelGenerateOptions<Output>,
  ): Promise<GenerateResult<Output>[]>;
  async function generate<Output extends OutputKind>(
    prompts: string | readonly string[],
    options: ModelGenerateOptions<Output> = {},
  ): Promise<GenerateResult<Output> | GenerateResult<Output>[]> {
    const results = await generateWith<Output>(core, prompts, options);
    return typeof prompts === 'string' ? only(results) : results;
  }
  return {
    conditional: true,
    ...lifecycleOf(core),
    generate,
    async *stream(prompts, options = {}) {
      yield* streamPrompts(core, checkedPrompts(prompts), options);
    },
    interpolate: async (a, b, steps, options = {}) => interpolateWith(core, [a, b], steps, options),
    score: async (image, text, options = {}) =>
      (await import('../scoring/score.js')).scoreWith(core, image, text, options),
    rank: async (images, texts, options = {}) =>
      (await import('../scoring/rank.js')).rankWith(core, images, texts, options),
  };
}

/** The calls of a model that draws from noise alone. */
export function createUnconditionalModel(core: ModelCore): UnconditionalModel {
  return {
    conditional: false,
    ...lifecycleOf(core),
    async generate<Output extends OutputKind = 'image'>(
      options: ModelGenerateOptions<Output> = {},
    ): Promise<UnconditionalGenerateResult<Output>> {
      const { words: _, ...result } = only(await drawPrompts<Output>(core, [undefined], options));
      return result;
    },
    async *stream(options = {}) {
      yield* streamPrompts(core, [undefined], options);
    },
    async interpolate(a, b, steps, options = {}) {
      const { prompts: _, words: __, ...result } = await interpolateWith(core, [a, b], steps, options);
      return result;
    },
  };
}

function lifecycleOf(core: ModelCore): LoadedModel {
  return {
    info: () => core.info(),
    selfTest: async (options = {}) => selfTest(core, checkCallOptions(options)),
    warmUp: async (options = {}) => warmUp(core, checkCallOptions(options)),
    dispose: () => core.dispose(),
    [Symbol.asyncDispose]: () => core.dispose(),
  };
}

function only<Entry>(entries: readonly Entry[]): Entry {
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) {
    throw new RangeError(`Expected one result, received ${entries.length}.`);
  }
  return entry;
}
