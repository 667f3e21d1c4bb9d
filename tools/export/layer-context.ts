import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { Graph, Shape, Value } from './graph/graph.js';
import { addInitializer, addNode, type NodeOptions } from './graph/graph-builder.js';
import { isIdentity, type Permutation } from './graph/permutation.js';
import { type DataType, floatScalar, int64Vector, type TensorData } from './graph/tensor-data.js';
import type { LayerContext } from './handler.js';
import type { LayerCall } from './layer-calls.js';
import { findWeight, LayerWeight, plainName } from './layer-weights.js';
import { applyActivation } from './ops/activation.js';
import { ONNX_DATA_TYPE } from './writer/data-type.js';

/** What a layer call is given besides what it says of itself. */
export interface CallSurroundings {
  readonly inputs: readonly Value[];
  /** The masks of the inputs, where they have one. */
  readonly inputMasks: readonly (Value | undefined)[];
  /** The mask that TF.js hands to the layer. */
  readonly mask: Value | undefined;
  /** Writes a layer that this one wraps. */
  readonly applyLayer: LayerContext['applyLayer'];
}

/** The context of one layer call, writing into `graph`. */
export class GraphLayerContext implements LayerContext {
  readonly layer: tf.layers.Layer;
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly callArguments: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Value[];
  readonly inputMasks: readonly (Value | undefined)[];
  readonly outputShapes: readonly Shape[];
  readonly applyLayer: LayerContext['applyLayer'];
  /** Whether the handler asked for the mask. */
  hasReadMask = false;
  private readonly graph: Graph;
  private readonly maskValue: Value | undefined;

  constructor(graph: Graph, call: LayerCall, { inputs, inputMasks, mask, applyLayer }: CallSurroundings) {
    this.graph = graph;
    this.layer = call.layer;
    this.path = call.path;
    this.config = call.layer.getConfig();
    this.callArguments = call.callArguments;
    this.inputs = inputs;
    this.inputMasks = inputMasks;
    this.maskValue = mask;
    this.applyLayer = applyLayer;
    this.outputShapes = call.outputs.map((slot) => slot.shape);
  }

  get mask(): Value | undefined {
    this.hasReadMask = true;
    return this.maskValue;
  }

  input(index = 0): Value {
    const value = this.inputs[index];
    if (value === undefined) {
      throw this.unsupported(`expected an input number ${index}, received ${this.inputs.length} inputs`);
    }
    return value;
  }

  hasWeight(name: string): boolean {
    return findWeight(this.layer, name) !== undefined;
  }

  weight(nameOrIndex: string | number, axes?: Permutation): TensorData<Float32Array> {
    const weight = findWeight(this.layer, nameOrIndex);
    if (weight !== undefined) return new LayerWeight(weight, axes).hold();
    const names = this.layer.weights.map(plainName).join(', ') || 'none';
    throw this.unsupported(`expected a weight "${nameOrIndex}", the layer has ${names}`);
  }

  constant(tensor: TensorData, name = 'constant'): Value {
    const value = addInitializer(this.graph, `${this.path}/${name}`, tensor);
    if (tensor instanceof LayerWeight) tensor.release();
    return value;
  }

  integers(values: readonly number[], name = 'integers'): Value {
    return this.constant(int64Vector(values), name);
  }

  scalar(value: number, name = 'scalar'): Value {
    return this.constant(floatScalar(value), name);
  }

  node(op: string, inputs: readonly (Value | null)[], options: NodeOptions = {}): Value {
    const [output] = this.nodeOutputs(op, inputs, { ...options, outputs: 1 });
    if (output === undefined) throw this.unsupported(`operator ${op} has no output`);
    return output;
  }

  nodeOutputs(
    op: string,
    inputs: readonly (Value | null)[],
    options: NodeOptions & { outputs: number },
  ): readonly Value[] {
    return addNode(this.graph, `${this.path}/${op}`, op, inputs, options.outputs, options).outputs;
  }

  transpose(value: Value, permutation: Permutation): Value {
    if (isIdentity(permutation)) return value;
    return this.node('Transpose', [value], { attributes: { perm: permutation } });
  }

  cast(value: Value, dataType: DataType): Value {
    if (value.dataType === dataType) return value;
    return this.node('Cast', [value], { attributes: { to: ONNX_DATA_TYPE[dataType] }, dataType });
  }

  activation(value: Value, name: string): Value {
    return applyActivation(this, value, name);
  }

  unsupported(reason: string): WordbrushError {
    const className = this.layer.getClassName();
    return new WordbrushError(
      'LAYER_UNSUPPORTED',
      `Layer "${this.path}" (${className}) cannot be written as ONNX: ${reason}.`,
      {
        hint: `Pass a handler of your own for ${className} in the option "handlers".`,
        details: { layer: this.path, className, reason },
      },
    );
  }
}
