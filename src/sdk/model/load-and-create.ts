import type { CheckedLoadOptions } from '../generation/load-options.js';
import type { Platform } from '../runtime/platform.js';
import { createModel, createUnconditionalModel } from './create-model.js';
import { type LoadRequest, loadCore } from './load-model.js';
import type { Model, UnconditionalModel } from './model-types.js';

/** Loads a model with the calls of its kind. @throws WordbrushError as loadCore does. */
export async function loadAndCreate(
  platform: Platform,
  request: CheckedLoadOptions & Pick<LoadRequest, 'source'>,
): Promise<Model | UnconditionalModel> {
  const core = await loadCore(platform, { ...request, purpose: 'drawing' });
  return request.conditional ? createModel(core) : createUnconditionalModel(core);
}
