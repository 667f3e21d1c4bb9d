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
  readonly kind: 'layer';
  /** The layer's name behind those of the nested models around it. */
  readonly path: string;
  readonly layer: tf.layers.Layer;
  readonly callArguments: Readonly<Record<string, unknown>>;
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
}

/** One call of a model inside a model. The slots of `body` are its own. */
export interface ModelCall {
  readonly kind: 'model';
  readonly path: string;
  readonly body: ModelCalls;
  readonly inputs: readonly TensorSlot[];
  readonly outputs: readonly TensorSlot[];
}

/** TF.js makes a call once for each of its outputs that is read, with the same inputs. */
export interface RepeatedCall {
  readonly kind: 'repeat';
  readonly of: LayerCall | ModelCall;
}

export type CallStep = LayerCall | ModelCall | RepeatedCall;

/** A model as the calls that TF.js makes, in TF.js's order: masks may depend on it. */
export interface ModelCalls {
  readonly inputs: readonly TensorSlot[];
  readonly steps: readonly CallStep[];
  readonly outputs: readonly TensorSlot[];
}

/** Lists the calls that lead from the model's inputs to its outputs. @param prefix goes before the layers' names */
export function listModelCalls(model: tf.LayersModel, prefix = ''): ModelCalls {
  const slots = new Map<number, TensorSlot>();
  const inputs = model.inputs.map((symbolic) => {
    const slot = slotOf(symbolic);
    slots.set(symbolic.id, slot);
    return slot;
  });
  const slotFor = (symbolic: tf.SymbolicTensor): TensorSlot => {
    const slot = slots.get(symbolic.id);
    if (slot === undefined) throw disconnected(model, symbolic.sourceLayer);
    return slot;
  };

  const steps: CallStep[] = [];
  const calls = new Map<unknown, LayerCall | ModelCall>();
  const visited = new Set(model.inputs.map(({ id }) => id));
  const visit = (symbolic: tf.SymbolicTensor): void => {
    if (visited.has(symbolic.id)) return;
    visited.add(symbolic.id);
    const layer = symbolic.sourceLayer;
    const node = layer.inboundNodes[symbolic.nodeIndex];
    if (node === undefined || node.inputTensors.length === 0) throw disconnected(model, layer);
    // TF.js looks for what a tensor needs from the last input to the first.
    for (const input of [...node.inputTensors].reverse()) visit(input);
    const earlier = calls.get(node);
    if (earlier !== undefined) {
      steps.push({ kind: 'repeat', of: earlier });
      return;
    }
    const inputs = node.inputTensors.map(slotFor);
    const call = callOf(layer, `${prefix}${layer.name}`, inputs, node.outputTensors, symbolic);
    node.outputTensors.forEach(({ id }, index) => {
      const slot = call.outputs[index];
      if (slot !== undefined) slots.set(id, slot);
    });
    calls.set(node, call);
    steps.push(call);
  };
  model.outputs.forEach(visit);
  return { inputs, steps, outputs: model.outputs.map(slotFor) };
}

/** Every call of a layer, those inside nested models included. */
export function layerCallsOf({ steps }: ModelCalls): LayerCall[] {
  return steps.flatMap((step) => {
    if (step.kind === 'repeat') return [];
    return step.kind === 'layer' ? [step] : layerCallsOf(step.body);
  });
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

function callOf(
  layer: tf.layers.Layer,
  path: string,
  inputs: readonly TensorSlot[],
  outputTensors: readonly tf.SymbolicTensor[],
  { callArgs = {} }: tf.SymbolicTensor,
): LayerCall | ModelCall {
  if (isModel(layer)) {
    const body = listModelCalls(layer, `${path}/`);
    return { kind: 'model', path, body, inputs, outputs: body.outputs.map((slot) => ({ ...slot })) };
  }
  const shapes = announcedShapes(layer, inputs);
  const outputs = outputTensors.map((symbolic, index) => slotOf(symbolic, shapes[index]));
  return { kind: 'layer', path, layer, callArguments: callArgs ?? {}, inputs, outputs };
}

/**
 * What the layer says that its outputs will be; empty for one that does not answer outside a call. Asked again, since
 * CenterCrop and CategoryEncoding overwrite the shape of the layer before them in place.
 */
export function announcedShapes(layer: tf.layers.Layer, inputs: readonly TensorSlot[]): readonly tf.Shape[] {
  const shapes = inputs.map(({ shape }) => shape.map((size) => (typeof size === 'number' ? size : null)));
  const [first = []] = shapes;
  try {
    const announced = layer.computeOutputShape(shapes.length === 1 ? first : shapes);
    return (isShapeList(announced) ? announced : [announced]).map(plausible);
  } catch {
    return [];
  }
}

/** Cropping2D takes a size that is free for 0, and announces less: what is below 1 is not known. */
function plausible(shape: tf.Shape): tf.Shape {
  return shape.map((size) => (size !== null && size < 1 ? null : size));
}

/** Whether these are the shapes of several tensors. */
function isShapeList(shape: tf.Shape | tf.Shape[]): shape is tf.Shape[] {
  return Array.isArray(shape[0]);
}

function slotOf(symbolic: tf.SymbolicTensor, shape: tf.Shape = symbolic.shape): TensorSlot {
  const { dtype } = symbolic;
  if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') {
    throw new WordbrushError(
      'LAYER_UNSUPPORTED',
      `Expected tensors of float32, int32 or bool, but "${symbolic.name}" is ${dtype}.`,
    );
  }
  return { shape, dataType: dtype };
}

function disconnected(model: tf.LayersModel, layer: tf.layers.Layer): WordbrushError {
  return new WordbrushError(
    'INVALID_OPTION',
    `Expected every output of model "${model.name}" to depend on its inputs alone, but layer "${layer.name}" does not.`,
    { hint: 'Name every input layer in the inputs of tf.model().' },
  );
}
