import { normalNoise } from '../../../../src/sdk/noise/index.js';
import { Graph, type GraphNode, type Shape, type Value } from '../../../../tools/export/graph/graph.js';
import { addInitializer, addNode, type NodeOptions } from '../../../../tools/export/graph/graph-builder.js';
import type { TensorData } from '../../../../tools/export/graph/tensor-data.js';
import { maxAbsoluteDifference } from '../../../../tools/export/verify/difference.js';
import { type NamedTensors, runOnnx } from '../../../../tools/export/verify/onnx-session.js';
import { writeModel } from '../../../../tools/export/writer/write-model.js';

/** A small graph, written by hand. */
export class TestGraph {
  readonly graph = new Graph();
  private stream = 0;

  input(name: string, shape: Shape): Value {
    const value: Value = { name: this.graph.uniqueName(name), dataType: 'float32', shape };
    this.graph.inputs.push(value);
    return value;
  }

  node(op: string, inputs: readonly (Value | null)[], options: NodeOptions = {}): Value {
    return this.nodes(op, inputs, 1, options)[0] as Value;
  }

  nodes(op: string, inputs: readonly (Value | null)[], count: number, options: NodeOptions = {}): Value[] {
    return addNode(this.graph, op.toLowerCase(), op, inputs, count, options).outputs;
  }

  transpose(value: Value, perm: readonly number[]): Value {
    return this.node('Transpose', [value], { attributes: { perm } });
  }

  constant(tensor: TensorData): Value {
    return addInitializer(this.graph, 'constant', tensor);
  }

  /** An initialiser of normal numbers, others at every call. */
  normals(...shape: number[]): Value {
    const data = normalNoise(
      11,
      this.stream++,
      shape.reduce((size, n) => size * n, 1),
    );
    return this.constant({ shape, data });
  }

  output(name: string, value: Value): void {
    const output: Value = { name: this.graph.uniqueName(name), dataType: value.dataType, shape: value.shape };
    const node: GraphNode = {
      name,
      op: 'Identity',
      domain: '',
      inputs: [value],
      outputs: [output],
      attributes: {},
    };
    this.graph.nodes.push(node);
    this.graph.outputs.push(output);
  }
}

/** The operators of a graph, sorted. */
export function operatorsOf(graph: Graph): string[] {
  return graph.nodes.map(({ op }) => op).sort();
}

/** Runs both graphs in ONNX Runtime on the same normal numbers; the largest difference of any output. */
export async function differenceOf(before: Graph, after: Graph): Promise<number> {
  const inputs: NamedTensors = Object.fromEntries(
    before.inputs.map(({ name, shape }, index) => {
      const sizes = (shape ?? []).map((size) => (typeof size === 'number' ? size : 2));
      return [
        name,
        {
          shape: sizes,
          data: normalNoise(
            5,
            index,
            sizes.reduce((size, n) => size * n, 1),
          ),
        },
      ];
    }),
  );
  const [expected, actual] = await Promise.all(
    [before, after].map(async (graph) => (await runOnnx(bytesOf(graph), 'disabled', [inputs]))[0] ?? {}),
  );
  const names = Object.keys(expected ?? {});
  return Math.max(
    ...names.map((name) => maxAbsoluteDifference(actual?.[name], expected?.[name] as TensorData)),
  );
}

function bytesOf(graph: Graph): Uint8Array {
  return writeModel(graph, { name: 'test', metadata: {} });
}
