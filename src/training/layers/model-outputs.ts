import * as tf from '@tensorflow/tfjs';

/** What a pass of a model may be told. */
export interface PassOptions {
  training?: boolean;
  /** The stream that dropout draws from. */
  random?: unknown;
  /**
   * Rows of each of the batches that lie one behind the other in the inputs: in a training pass batch normalisation takes
   * each by itself, in this order. @default one batch
   */
  batchRows?: readonly number[];
  /** A training pass that second derivatives are taken of; no running statistics move. @default false */
  twiceDifferentiable?: boolean;
}

/** The output of a model that has one. */
export function outputOf(
  model: tf.LayersModel,
  inputs: tf.Tensor | tf.Tensor[],
  options: PassOptions = {},
): tf.Tensor {
  const [output, ...others] = outputsOf(model, inputs, options);
  if (output === undefined || others.length > 0) {
    throw new TypeError(`Expected ${model.name} to give one output, received ${others.length + 1}.`);
  }
  return output;
}

/** All outputs of a model. */
export function outputsOf(
  model: tf.LayersModel,
  inputs: tf.Tensor | tf.Tensor[],
  options: PassOptions = {},
): tf.Tensor[] {
  const outputs = [model.apply(inputs, { ...options })].flat();
  return outputs.map((output) => {
    if (output instanceof tf.Tensor) return output;
    throw new TypeError(`Expected ${model.name} to give tensors.`);
  });
}

/** What a layer makes of symbolic tensors, while a model is built: its one output. */
export function connected(
  layer: tf.layers.Layer,
  inputs: tf.SymbolicTensor | tf.SymbolicTensor[],
): tf.SymbolicTensor {
  const output = layer.apply(inputs);
  if (output instanceof tf.SymbolicTensor) return output;
  throw new TypeError(`Expected ${layer.name} to give one symbolic tensor.`);
}

interface TensorOfRank {
  0: tf.Scalar;
  1: tf.Tensor1D;
  2: tf.Tensor2D;
  3: tf.Tensor3D;
  4: tf.Tensor4D;
}

/** A tensor whose number of axes is known to the compiler. */
export function ofRank<Rank extends keyof TensorOfRank>(tensor: tf.Tensor, rank: Rank): TensorOfRank[Rank] {
  if (hasRank(tensor, rank)) return tensor;
  throw new TypeError(`Expected a tensor of ${rank} axes, received the shape [${tensor.shape.join(', ')}].`);
}

function hasRank<Rank extends keyof TensorOfRank>(
  tensor: tf.Tensor,
  rank: Rank,
): tensor is TensorOfRank[Rank] {
  return tensor.rank === rank;
}
