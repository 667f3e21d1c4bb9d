import type { Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import type { DeviceChoice, Model, UnconditionalModel } from '../../sdk/index.js';
import { createModel, createUnconditionalModel } from '../../sdk/model/create-model.js';
import { loadCore } from '../../sdk/model/load-model.js';
import type { ModelCore } from '../../sdk/model/model-core.js';
import { nodePlatform } from '../../sdk/runtime/node/node-platform.js';
import { modelSha256 } from './model-sha256.js';
import { readableTexts } from './readable-texts.js';

/** A bundle as it is evaluated: the calls of the SDK, and which prompts it can read. */
export interface EvaluatedModel {
  model: Model | UnconditionalModel;
  manifest: Manifest;
  name: string;
  architecture: string;
  /** Of the graphs and the vocabulary. */
  sha256: string;
  canScore: boolean;
  /** Side of the pictures that are measured, pixels. */
  size: number;
  device: string;
  /** Those prompts, by place, that have a word it knows; all of a model without text. */
  readable(prompts: readonly string[], signal: AbortSignal | undefined): Promise<number[]>;
}

/** Larger pictures are measured at a smaller stage: the features look at 224 pixels. */
const LARGEST_MEASURED = 256;

/**
 * Loads a bundle to evaluate it.
 * @param size one of its sizes. @default its largest up to 256
 * @throws WordbrushError as `loadModel()` does; INVALID_OPTION for a bundle that draws nothing, or not at that size.
 */
export async function openEvaluatedModel(
  place: string,
  options: { device: DeviceChoice; size: number | undefined; signal: AbortSignal | undefined },
): Promise<EvaluatedModel> {
  const core = await loadCore(nodePlatform, {
    source: place,
    runtime: { device: options.device, workers: undefined, assets: undefined },
    conditional: undefined,
    purpose: 'drawing',
    signal: options.signal,
    onProgress: undefined,
  });
  try {
    return describe(core, options.size);
  } catch (error) {
    await core.dispose();
    throw error;
  }
}

function describe(core: ModelCore, wanted: number | undefined): EvaluatedModel {
  const { manifest } = core;
  const { conditional, name, architecture } = manifest;
  const sizes = manifest.stages.map(({ size }) => size);
  const size = wanted ?? sizes.findLast((one) => one <= LARGEST_MEASURED) ?? sizes[0];
  if (size === undefined || !sizes.includes(size)) {
    throw new WordbrushError(
      'INVALID_OPTION',
      sizes.length === 0
        ? `Expected a model that draws; ${name} only scores.`
        : `Expected size: one of ${sizes.join(', ')}, received ${size}.`,
    );
  }
  return {
    model: conditional ? createModel(core) : createUnconditionalModel(core),
    manifest,
    name,
    architecture,
    sha256: modelSha256(manifest),
    canScore: manifest.matcher !== undefined,
    size,
    device: core.device,
    readable: async (prompts, signal) =>
      conditional
        ? readableTexts(core, prompts, core.begin(signal, undefined))
        : prompts.map((_, index) => index),
  };
}
