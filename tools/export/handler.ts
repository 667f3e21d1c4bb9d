import type * as tf from '@tensorflow/tfjs';
import type { WordbrushError } from '../../src/sdk/errors.js';
import type { Shape, Value } from './graph/graph.js';
import type { NodeOptions } from './graph/graph-builder.js';
import type { Permutation } from './graph/permutation.js';
import type { DataType, TensorData } from './graph/tensor-data.js';

/** How one family of layers becomes ONNX operators. */
export interface LayerHandler {
  /** The `className` of every layer class that the handler serves. */
  readonly layers: readonly string[];
  /** Adds the nodes of one call of a layer and returns the values that stand for its outputs, in TF.js's layout. */
  readonly emit: (context: LayerContext) => Value | readonly Value[];
  /**
   * The mask (bool, mostly `[batch, time]`) that the layer's outputs get, if it supports masks; called after `emit`.
   * @default the mask of the first input, as a class without a `computeMask` of its own has it
   */
  readonly mask?: (context: LayerContext) => Value | undefined;
}

/**
 * Declares how a layer class is written as ONNX. Pass the result to `convert(model, { handlers: [...standardHandlers,
 * mine] })`; a later handler takes a class over from an earlier one.
 */
export function defineHandler(handler: LayerHandler): LayerHandler {
  return handler;
}

/** One call of a layer, and the means to write it as ONNX. */
export interface LayerContext {
  /** The layer; custom layers are best narrowed with `instanceof` before their properties are read. */
  readonly layer: tf.layers.Layer;
  /** The layer's name with the names of the models around it, such as `encoder/dense_1`. */
  readonly path: string;
  /** What `layer.getConfig()` returns. */
  readonly config: Readonly<Record<string, unknown>>;
  /** What the layer was called with besides tensors, such as `{ training: true }`. */
  readonly callArguments: Readonly<Record<string, unknown>>;
  /** The layer's inputs, in TF.js's layout (channels last). */
  readonly inputs: readonly Value[];
  /** The masks of the inputs; undefined where an input has none. */
  readonly inputMasks: readonly (Value | undefined)[];
  /**
   * The mask that TF.js hands to the layer: that of its first input or, where no input has one, that of the layer
   * before it in the order of computation that had one. A layer that does not look at it computes without.
   */
  readonly mask: Value | undefined;
  /** The shapes that TF.js expects of the outputs; null where a size is only known at run time. */
  readonly outputShapes: readonly Shape[];

  /** Input number `index` (0 by default). Throws `LAYER_UNSUPPORTED` where there is none. */
  input(index?: number): Value;

  /** Whether the layer has a weight of this name, such as `bias`. */
  hasWeight(name: string): boolean;
  /**
   * The numbers of a weight, by the name given to `addWeight` or by its place in `layer.weights` (trainable weights
   * come first), with its axes in another order if one is given. Throws `LAYER_UNSUPPORTED` where there is none.
   */
  weight(nameOrIndex: string | number, axes?: Permutation): TensorData<Float32Array>;

  /** Adds an initialiser. @param name for readers of the file; the path goes before it */
  constant(tensor: TensorData, name?: string): Value;
  /** Adds an `int64` vector: axes, shapes, pads, slices. */
  integers(values: readonly number[], name?: string): Value;
  /** Adds a `float32` scalar. */
  scalar(value: number, name?: string): Value;

  /**
   * Adds a node and returns its first output. An optional input that is left out is null. Float attributes are
   * wrapped: `context.node('LeakyRelu', [x], { attributes: { alpha: float(0.2) } })`.
   */
  node(op: string, inputs: readonly (Value | null)[], options?: NodeOptions): Value;
  /** Adds a node with several outputs, such as `LSTM` or `Split`. */
  nodeOutputs(
    op: string,
    inputs: readonly (Value | null)[],
    options: NodeOptions & { outputs: number },
  ): readonly Value[];

  /** Adds a `Transpose`. Those that cancel each other are removed later, so layouts can be handled locally. */
  transpose(value: Value, permutation: Permutation): Value;
  /** Converts the element type, if it is another. */
  cast(value: Value, dataType: DataType): Value;
  /** The value after one of TF.js's activation functions (`relu`, `tanh`, ...), as in a layer's `activation` option. */
  activation(value: Value, name: string): Value;

  /** Writes a layer or model that this layer wraps, called with these values. */
  applyLayer(layer: tf.layers.Layer, inputs: readonly Value[]): readonly Value[];

  /** The error to throw for an option that the handler cannot express. */
  unsupported(reason: string): WordbrushError;
}
