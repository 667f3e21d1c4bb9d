import * as tf from '@tensorflow/tfjs';
import { reasonOf } from '../../../src/sdk/errors.js';
import type { TensorData } from '../graph/tensor-data.js';
import { invalidSavedModel, invalidWeights } from './invalid-saved-model.js';
import { prepareTopology } from './prepare-topology.js';
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
  refuseKeras3(saved.path, saved.topology);
  const topology = prepareTopology(saved.topology);
  refuseUnknownLayers(saved.path, topology);
  const model = await buildModel(saved.path, topology);
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
  modelTopology: Readonly<Record<string, unknown>>,
): Promise<tf.LayersModel> {
  const variables = tf.engine().registeredVariables;
  const before = new Set(Object.keys(variables));
  try {
    return await tf.loadLayersModel({ load: async () => ({ modelTopology }) });
  } catch (cause) {
    // A model that TensorFlow.js gave up on cannot be disposed, but its weights can.
    for (const name of Object.keys(variables)) if (!before.has(name)) variables[name]?.dispose();
    throw invalidSavedModel(path, `TensorFlow.js cannot build it: ${reasonOf(cause)}`, { cause });
  }
}

/** Keras 3 gives the shapes of inputs and the calls of layers in a form of its own. */
function refuseKeras3(path: string, topology: Readonly<Record<string, unknown>>): void {
  if (!/"__keras_tensor__"|"batch_shape"/u.test(JSON.stringify(topology))) return;
  throw invalidSavedModel(path, 'Keras 3 wrote it, in a form that TensorFlow.js does not read', {
    hint: 'Save it with Keras 2 (the Python package tf_keras) and convert it again.',
  });
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
