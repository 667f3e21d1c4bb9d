import type { Attributes } from './attributes.js';
import type { DataType, TensorData } from './tensor-data.js';

/** A size, the name of a symbolic size (`batch`, `time`), or null where nothing is known. */
export type Dimension = number | string | null;

export type Shape = readonly Dimension[];

/** One tensor of the graph. Compared by identity; the name is what the file calls it. */
export interface Value {
  readonly name: string;
  readonly dataType: DataType;
  /** Undefined where not even the rank is known; completed as more becomes known. */
  shape: Shape | undefined;
}

/** One operator. An optional input that is left out is null. */
export interface GraphNode {
  readonly name: string;
  /** Operator type, such as `Conv`. */
  readonly op: string;
  /** Operator set; empty for ONNX's own. */
  readonly domain: string;
  inputs: (Value | null)[];
  outputs: Value[];
  attributes: Attributes;
}

/**
 * A graph of ONNX operators. Nodes stand in no particular order; the writer sorts them. Values come from inputs,
 * initialisers or exactly one node.
 */
export class Graph {
  readonly inputs: Value[] = [];
  readonly outputs: Value[] = [];
  nodes: GraphNode[] = [];
  readonly initializers = new Map<Value, TensorData>();
  private readonly names = new Set<string>();

  /** A name that nothing else in the graph has: `base`, or `base_1`, `base_2`, ... */
  uniqueName(base: string): string {
    let name = base;
    for (let suffix = 1; this.names.has(name); suffix++) name = `${base}_${suffix}`;
    this.names.add(name);
    return name;
  }

  producerOf(value: Value): GraphNode | undefined {
    return this.nodes.find((node) => node.outputs.includes(value));
  }

  consumersOf(value: Value): GraphNode[] {
    return this.nodes.filter((node) => node.inputs.includes(value));
  }

  /** How many node inputs and graph outputs read the value. */
  useCount(value: Value): number {
    const reads = this.nodes.flatMap((node) => node.inputs).concat(this.outputs);
    return reads.filter((read) => read === value).length;
  }

  /** The numbers of an initialiser; undefined for a value that is computed. */
  constant(value: Value | null | undefined): TensorData | undefined {
    return value === null || value === undefined ? undefined : this.initializers.get(value);
  }

  /** Makes every node read `to` where it read `from`. Graph outputs keep their value, since it bears their name. */
  replaceReads(from: Value, to: Value): void {
    for (const node of this.nodes) {
      node.inputs = node.inputs.map((input) => (input === from ? to : input));
    }
  }

  /** Forgets the numbers of those that nothing reads any more, so that their memory is free at once. */
  dropUnused(values: readonly (Value | null | undefined)[]): void {
    for (const value of values) {
      if (value !== null && value !== undefined && this.useCount(value) === 0)
        this.initializers.delete(value);
    }
  }

  remove(node: GraphNode): void {
    this.nodes = this.nodes.filter((other) => other !== node);
  }

  /** A graph of its own that shares values and numbers, so that passes can work on it. */
  copy(): Graph {
    const copy = new Graph();
    copy.inputs.push(...this.inputs);
    copy.outputs.push(...this.outputs);
    copy.nodes = this.nodes.map((node) => ({
      ...node,
      inputs: [...node.inputs],
      outputs: [...node.outputs],
    }));
    for (const [value, tensor] of this.initializers) copy.initializers.set(value, tensor);
    for (const name of this.names) copy.names.add(name);
    return copy;
  }
}
