import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import type { Graph, Shape, Value } from './graph/graph.js';
import { addInitializer, addNode, type NodeOptions } from './graph/graph-builder.js';
import { isIdentity, type Permutation } from './graph/permutation.js';
import { type DataType, floatScalar, int64Vector, type TensorData } from './graph/tensor-data.js';
import type { LayerContext } from './handler.js';
import type { LayerCall } from './layer-calls.js';
import { applyActivation } from './ops/activation.js';
import { ONNX_DATA_TYPE } from './writer/data-type.js';

/** The context of one layer call, writing into `graph`. */
export class GraphLayerContext implements LayerContext {
  readonly layer: tf.layers.Layer;
  readonly path: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly callArguments: Readonly<Record<string, unknown>>;
  readonly inputs: readonly Value[];
  readonly outputShapes: readonly Shape[];
  private readonly graph: Graph;

  constructor(graph: Graph, call: LayerCall, inputs: readonly Value[]) {
    this.graph = graph;
    this.layer = call.layer;
    this.path = call.path;
    this.config = call.layer.getConfig();
    this.callArguments = call.callArguments;
    this.inputs = inputs;
    this.outputShapes = call.outputs.map((slot) => slot.shape);
  }

  input(index = 0): Value {
    const value = this.inputs[index];
    if (value === undefined) {
      throw this.unsupported(`expected an input number ${index}, received ${this.inputs.length} inputs`);
    }
    return value;
  }

  hasWeight(name: string): boolean {
    return this.findWeight(name) !== undefined;
  }

  weight(nameOrIndex: string | number): TensorData<Float32Array> {
    const variable = this.findWeight(nameOrIndex);
    if (variable === undefined) {
      const names = this.layer.weights.map(plainName).join(', ') || 'none';
      throw this.unsupported(`expected a weight "${nameOrIndex}", the layer has ${names}`);
    }
    const tensor = variable.read();
    const data = tensor.dataSync();
    // A copy, since a backend may hand out the memory that training goes on writing to.
    return { shape: [...tensor.shape], data: Float32Array.from(data) };
  }

  constant(tensor: TensorData, name = 'constant'): Value {
    return addInitializer(this.graph, `${this.path}/${name}`, tensor);
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

  private findWeight(nameOrIndex: string | number): tf.LayerVariable | undefined {
    const { weights } = this.layer;
    if (typeof nameOrIndex === 'number') return weights[nameOrIndex];
    return weights.find((weight) => plainName(weight) === nameOrIndex);
  }
}

/** The name given to `addWeight`: TF.js puts the layer's name before it and sometimes a number behind. */
function plainName(weight: tf.LayerVariable): string {
  return weight.originalName.split('/').at(-1) ?? weight.originalName;
}
