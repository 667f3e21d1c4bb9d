import * as tf from '@tensorflow/tfjs';
import { reasonOf } from '../../../src/sdk/errors.js';
import type { TensorData } from '../graph/tensor-data.js';
import { invalidSavedModel, invalidWeights } from './invalid-saved-model.js';
import { isRecord } from './model-description.js';
import { refuseUnknownLayers } from './refuse-unknown-layers.js';
import { readSavedModel } from './saved-model.js';

/**
 * Loads a saved layers model from disk on the TensorFlow.js backend in use; see `readSavedModel` for what may be
 * saved how. Layer classes of your own are registered before, with `tf.serialization.registerClass`. `dispose()` the
 * model to free its weights; nothing is left behind where this fails.
 *
 * Throws `FILE_MISSING`, `MODEL_INVALID`, `WEIGHTS_INVALID`, and `LAYER_UNSUPPORTED` where TensorFlow.js does not know
 * a layer class.
 */
export async function loadLayersModel(path: string): Promise<tf.LayersModel> {
  const saved = await readSavedModel(path);
  refuseUnknownLayers(saved.path, saved.topology);
  const model = await buildModel(saved.path, saved.topology);
  try {
    if (model.inputs.length === 0) {
      throw invalidSavedModel(
        saved.path,
        'the shape of its input is not given, so its layers have no weights yet',
      );
    }
    setWeights(saved.path, model, saved.weights);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

async function buildModel(
  path: string,
  topology: Readonly<Record<string, unknown>>,
): Promise<tf.LayersModel> {
  const variables = tf.engine().registeredVariables;
  const before = new Set(Object.keys(variables));
  try {
    const modelTopology = withoutInitializers(topology);
    if (!isRecord(modelTopology)) throw new TypeError('its layers are not an object');
    return await tf.loadLayersModel({ load: async () => ({ modelTopology }) });
  } catch (cause) {
    // A model that TensorFlow.js gave up on cannot be disposed, but its weights can.
    for (const name of Object.keys(variables)) if (!before.has(name)) variables[name]?.dispose();
    const isKeras3 = JSON.stringify(topology).includes('"DTypePolicy"');
    throw invalidSavedModel(path, `TensorFlow.js cannot build it: ${reasonOf(cause)}`, {
      cause,
      ...(isKeras3
        ? {
            hint: 'It was written by Keras 3, whose form TensorFlow.js does not read: save it with Keras 2 (tf_keras).',
          }
        : {}),
    });
  }
}

/** All weights come from the file, and some initialisers, such as orthogonal ones, take minutes. */
function withoutInitializers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutInitializers);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) =>
      /_initializer$|Initializer$/u.test(key) && isRecord(entry)
        ? [key, { class_name: 'Zeros', config: {} }]
        : [key, withoutInitializers(entry)],
    ),
  );
}

function setWeights(path: string, model: tf.LayersModel, weights: ReadonlyMap<string, TensorData>): void {
  const tensors: Record<string, tf.Tensor> = {};
  try {
    for (const [name, { shape, data }] of weights) {
      if (data instanceof Float32Array) tensors[name] = tf.tensor(data, [...shape], 'float32');
      if (data instanceof Int32Array) tensors[name] = tf.tensor(data, [...shape], 'int32');
      if (data instanceof Uint8Array) tensors[name] = tf.tensor(data, [...shape], 'bool');
    }
    model.loadWeights(tensors);
  } catch (cause) {
    throw invalidWeights(path, reasonOf(cause), { cause });
  } finally {
    tf.dispose(tensors);
  }
}
