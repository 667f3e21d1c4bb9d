// What the machine can do: a convolution and a matrix product large enough to be bound by arithmetic alone.

import { addInitializer, addNode } from '../../tools/export/graph/graph-builder.js';
import { Graph, type Value } from '../../tools/export/index.js';
import { writeModel } from '../../tools/export/writer/write-model.js';
import { openSession, ort } from './sessions.js';

export interface Probe {
  /** Billions of multiply-adds a second in one run of each; the better one. */
  run(): Promise<number>;
  release(): Promise<void>;
}

export async function openProbe(threads: number): Promise<Probe> {
  const probes = [
    await openOne('Conv', [1, 256, 32, 32], [256, 256, 3, 3], threads),
    await openOne('MatMul', [1024, 1024], [1024, 1024], threads),
  ];
  return {
    run: async () => {
      const rates: number[] = [];
      for (const probe of probes) rates.push(await probe.run());
      return Math.max(...rates);
    },
    release: async () => {
      for (const probe of probes) await probe.release();
    },
  };
}

async function openOne(
  op: 'Conv' | 'MatMul',
  input: number[],
  weights: number[],
  threads: number,
): Promise<Probe> {
  const graph = new Graph();
  const x: Value = { name: graph.uniqueName('x'), dataType: 'float32', shape: input };
  graph.inputs.push(x);
  const kernel = addInitializer(graph, 'kernel', { shape: weights, data: numbers(weights) });
  const attributes = op === 'Conv' ? { kernel_shape: [3, 3], pads: [1, 1, 1, 1] } : {};
  const node = addNode(graph, op, op, [x, kernel], 1, { attributes, shape: input });
  graph.outputs.push(...node.outputs);
  const session = await openSession(writeModel(graph, { name: 'probe', metadata: {} }), threads);
  const feeds = { x: new ort.Tensor('float32', numbers(input), input) };
  // As many columns as the input has, so that each output sums over `depth` products.
  const depth = op === 'Conv' ? weights.slice(1).reduce((size, n) => size * n, 1) : (weights[0] ?? 0);
  const multiplyAdds = input.reduce((size, n) => size * n, depth);
  return {
    run: async () => {
      const started = performance.now();
      await session.run(feeds);
      return multiplyAdds / (performance.now() - started) / 1e6;
    },
    release: () => session.release(),
  };
}

function numbers(shape: readonly number[]): Float32Array {
  return new Float32Array(shape.reduce((size, n) => size * n, 1)).map((_, index) => (index % 7) / 7);
}
