import type { TensorData } from '../graph/tensor-data.js';
import { SAVED_MODEL_HINT } from './invalid-saved-model.js';
import { locateModel } from './locate-model.js';
import { type ModelDescription, parseModelDescription } from './model-description.js';
import { readBytes } from './read-bytes.js';
import { readWeights } from './read-weights.js';

/** A saved layers model as its files have it. */
export interface SavedModel {
  /** The file with the layers. */
  readonly path: string;
  readonly topology: ModelDescription['topology'];
  /** By the names in the weight manifest, such as `conv2d_1/kernel`; dequantised. */
  readonly weights: ReadonlyMap<string, TensorData>;
}

/**
 * Reads a saved TensorFlow.js layers model: a model.json or its folder, or a model that an npm package bundles as
 * scripts (`node_modules/nsfwjs/dist/models/mobilenet_v2`), which are read as text and never run. Weights may be
 * quantised to uint8, uint16 or float16.
 *
 * Throws `FILE_MISSING`, `MODEL_INVALID` where the file is something else, `WEIGHTS_INVALID`.
 */
export async function readSavedModel(path: string): Promise<SavedModel> {
  const file = await locateModel(path);
  const text = (await readBytes(file, SAVED_MODEL_HINT)).toString('utf8');
  const { topology, groups } = parseModelDescription(file, text);
  return { path: file, topology, weights: await readWeights(file, { groups }) };
}
