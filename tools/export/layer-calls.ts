import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { Shape } from './graph/graph.js';
import type { DataType } from './graph/tensor-data.js';

/** A tensor that flows between layers. Compared by identity: a layer that is called twice has two. */
export interface TensorSlot {
  readonly shape: Shape;
  /** What TF.js claims; true of inputs only, since TF.js calls every layer's output `float32`. */
  readonly dataType: DataType;
}

/** One call of one layer. */
export interface LayerCall {
  /** The layer's name behind those of the nested models around it. */
  readonly path: string;
  readonly layer: tf.layers.Layer;
  readonly callArguments: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
}

/** A model as a flat list of layer calls in an order in which they can run; nested models are dissolved. */
export interface ModelCalls {
  readonly inputs: readonly TensorSlot[];
  readonly calls: readonly LayerCall[];
  readonly outputs: readonly TensorSlot[];
}

/** Lists the layer calls that lead from the model's inputs to its outputs. */
export function listLayerCalls(model: tf.LayersModel): ModelCalls {
  const inputs = model.inputs.map(slotOf);
  const calls: LayerCall[] = [];
  const outputs = walkModel(model, '', inputs, calls);
  return { inputs, calls, outputs };
}

/** Appends the calls inside `model`, fed with `inputs`, and returns its outputs. */
function walkModel(
  model: tf.LayersModel,
  prefix: string,
  inputs: readonly TensorSlot[],
  calls: LayerCall[],
): TensorSlot[] {
  // Symbolic tensors of a nested model are shared by all its calls, so their slots belong to this call alone.
  const slots = new Map<number, TensorSlot>();
  model.inputs.forEach((symbolic, index) => {
    const slot = inputs[index];
    if (slot !== undefined) slots.set(symbolic.id, slot);
  });

  const resolve = (symbolic: tf.SymbolicTensor): TensorSlot => {
    const known = slots.get(symbolic.id);
    if (known !== undefined) return known;
    const layer = symbolic.sourceLayer;
    const node = layer.inboundNodes[symbolic.nodeIndex];
    if (node === undefined || node.inputTensors.length === 0) throw disconnected(model, layer);
    const path = `${prefix}${layer.name}`;
    const inputSlots = node.inputTensors.map(resolve);
    let outputs: readonly TensorSlot[];
    if (isModel(layer)) {
      outputs = walkModel(layer, `${path}/`, inputSlots, calls);
    } else {
      outputs = node.outputTensors.map(slotOf);
      calls.push({ path, layer, callArguments: symbolic.callArgs ?? {}, inputs: inputSlots, outputs });
    }
    node.outputTensors.forEach((tensor, index) => {
      const slot = outputs[index];
      if (slot !== undefined) slots.set(tensor.id, slot);
    });
    const slot = slots.get(symbolic.id);
    if (slot === undefined) throw disconnected(model, layer);
    return slot;
  };
  return model.outputs.map(resolve);
}

/** Whether a layer is a model inside a model; asked of its shape, since a copy of TF.js has classes of its own. */
export function isModel(layer: unknown): layer is tf.LayersModel {
  return (
    typeof layer === 'object' &&
    layer !== null &&
    'layers' in layer &&
    Array.isArray(layer.layers) &&
    'inputs' in layer &&
    Array.isArray(layer.inputs) &&
    'outputs' in layer &&
    Array.isArray(layer.outputs)
  );
}

function slotOf(symbolic: tf.SymbolicTensor): TensorSlot {
  const { dtype } = symbolic;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new WordbrushError(
      'LAYER_UNSUPPORTED',
      `Expected tensors of float32, int32 or bool, but "${symbolic.name}" is ${dtype}.`,
    );
  }
  return { shape: symbolic.shape, dataType: dtype };
}

function disconnected(model: tf.LayersModel, layer: tf.layers.Layer): WordbrushError {
  return new WordbrushError(
    'INVALID_OPTION',
    `Expected every output of model "${model.name}" to depend on its inputs alone, but layer "${layer.name}" does not.`,
    { hint: 'Name every input layer in the inputs of tf.model().' },
  );
}
