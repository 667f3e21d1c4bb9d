import type { Graph } from '../graph/graph.js';
import type { GraphPass } from './pass.js';

/** Far more than any graph needs. Two passes that undo each other would go on for ever; either state computes the same. */
export const MAX_ROUNDS = 100;

/** Repeats the passes in order until none changes anything. Returns those that did, in order of application. */
export function runPasses(graph: Graph, passes: readonly GraphPass[]): GraphPass[] {
  const applied: GraphPass[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changed = runRound(graph, passes);
    if (changed.length === 0) break;
    applied.push(...changed);
  }
  return applied;
}

function runRound(graph: Graph, passes: readonly GraphPass[]): GraphPass[] {
  const changed: GraphPass[] = [];
  for (const pass of passes) {
    if (pass.waits === true && changed.length > 0) break;
    if (pass.run(graph)) changed.push(pass);
  }
  return changed;
}
