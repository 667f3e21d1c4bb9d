import { WordbrushError } from '../../../src/sdk/errors.js';
import type { Graph, GraphNode, Value } from './graph.js';

/**
 * The nodes, each after those it reads from; otherwise in the order in which they were added.
 * Throws `MODEL_INVALID` where a value has no source or depends on itself.
 */
export function sortNodes(graph: Graph): GraphNode[] {
  const producers = new Map<Value, GraphNode>();
  for (const node of graph.nodes) for (const output of node.outputs) producers.set(output, node);
  const sources = new Set<Value>([...graph.inputs, ...graph.initializers.keys()]);

  const sorted: GraphNode[] = [];
  const state = new Map<GraphNode, 'open' | 'done'>();
  const visit = (node: GraphNode): void => {
    if (state.get(node) === 'done') return;
    if (state.get(node) === 'open') throw invalid(`node "${node.name}" depends on its own output`);
    state.set(node, 'open');
    for (const input of node.inputs) {
      if (input === null || sources.has(input)) continue;
      const producer = producers.get(input);
      if (producer === undefined)
        throw invalid(`node "${node.name}" reads "${input.name}", which nothing computes`);
      visit(producer);
    }
    state.set(node, 'done');
    sorted.push(node);
  };
  for (const node of graph.nodes) visit(node);
  for (const output of graph.outputs) {
    if (!producers.has(output)) throw invalid(`nothing computes the output "${output.name}"`);
  }
  return sorted;
}

function invalid(reason: string): WordbrushError {
  return new WordbrushError('MODEL_INVALID', `Expected a graph without gaps and cycles, but ${reason}.`, {
    hint: 'A layer handler returned or used a value that its context did not make.',
  });
}
