import * as tf from '@tensorflow/tfjs';
import type { Layout } from '../convert-options.js';
import type { TracedCall } from '../emit-calls.js';
import type { Value } from '../graph/graph.js';
import { channelsFirst, channelsLast, transposeTensor } from '../graph/permutation.js';
import type { TensorArray, TensorData } from '../graph/tensor-data.js';
import type { ModelTrace } from '../model-graph.js';
import type { NamedTensors } from './onnx-session.js';

/** What the TF.js model gives for the graph's inputs, under the graph's names and in its layouts. */
export function runModel(model: tf.LayersModel, trace: ModelTrace, inputs: NamedTensors): NamedTensors {
  const results: Record<string, TensorData> = {};
  tf.tidy(() => {
    // As users run it: with `apply`, masks and initial states reach layers that `predict` keeps them from.
    const outputs = asList(model.predictOnBatch(feed(trace, inputs)));
    trace.graph.outputs.forEach(({ name }, index) => {
      const data = read(outputs[index]);
      results[name] = trace.outputLayouts[index] === 'nchw' ? toChannelsFirst(data) : data;
    });
  });
  return results;
}

/** What each layer call gives, one after the other, in TF.js's layout, by the graph's value for it. */
export function runLayers(trace: ModelTrace, inputs: NamedTensors): Map<Value, TensorData> {
  const results = new Map<Value, TensorData>();
  tf.tidy(() => {
    const tensors = new Map<Value, tf.Tensor>();
    feed(trace, inputs).forEach((tensor, index) => {
      const value = trace.inputs[index];
      if (value !== undefined) tensors.set(value, tensor);
    });
    for (const call of trace.calls) {
      const callInputs = call.inputs.flatMap((value) => tensors.get(value) ?? []);
      const mask = call.mask === undefined ? undefined : tensors.get(call.mask);
      const outputs = asList(call.layer.apply(callInputs, mask === undefined ? {} : { mask }));
      const outputMask = maskAfter(call, callInputs, tensors);
      if (call.outputMask !== undefined && outputMask !== undefined) tensors.set(call.outputMask, outputMask);
      call.outputs.forEach((value, index) => {
        const tensor = outputs[index];
        if (tensor !== undefined) tensors.set(value, tensor);
      });
    }
    for (const [value, tensor] of tensors) results.set(value, read(tensor));
  });
  return results;
}

/** The mask that TF.js gives the outputs of a call. */
function maskAfter(
  { layer, inputMasks, outputMask }: TracedCall,
  inputs: readonly tf.Tensor[],
  tensors: ReadonlyMap<Value, tf.Tensor>,
): tf.Tensor | undefined {
  if (outputMask === undefined) return undefined;
  const masks = inputMasks.map((mask) => (mask === undefined ? null : (tensors.get(mask) ?? null)));
  // TF.js's types leave out that a mask may be absent.
  const computed: unknown = Reflect.apply(layer.computeMask, layer, [[...inputs], masks]);
  const first: unknown = Array.isArray(computed) ? computed[0] : computed;
  return first instanceof tf.Tensor ? first : undefined;
}

/** The model's input tensors, in its order and layout. */
function feed(trace: ModelTrace, inputs: NamedTensors): tf.Tensor[] {
  return trace.graph.inputs.map(({ name, dataType }, index) => {
    const given = inputs[name];
    if (given === undefined) throw new RangeError(`Expected a tensor for the input "${name}".`);
    const { data, shape } = fromLayout(given, trace.inputLayouts[index]);
    if (dataType === 'float32' || dataType === 'int32' || dataType === 'bool') {
      if (!(data instanceof BigInt64Array)) return tf.tensor(data, [...shape], dataType);
    }
    throw new RangeError(`TF.js has no ${dataType}.`);
  });
}

function fromLayout(tensor: TensorData, layout: Layout | undefined): TensorData {
  return layout === 'nchw' ? transposeTensor(tensor, channelsLast(tensor.shape.length)) : tensor;
}

function toChannelsFirst(tensor: TensorData): TensorData {
  return transposeTensor(tensor, channelsFirst(tensor.shape.length));
}

function asList(applied: ReturnType<tf.layers.Layer['apply']>): tf.Tensor[] {
  return (Array.isArray(applied) ? applied : [applied]).map((tensor) => {
    if (tensor instanceof tf.Tensor) return tensor;
    throw new TypeError('Expected a layer to give tensors for tensors.');
  });
}

function read(tensor: tf.Tensor | undefined): TensorData {
  if (tensor === undefined) throw new RangeError('Expected as many tensors as the model has outputs.');
  const data: TensorArray = tensor.dataSync();
  return { shape: [...tensor.shape], data };
}
