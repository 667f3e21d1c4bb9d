import type { Graph } from '../graph/graph.js';
import type { GraphPass } from './pass.js';

/** A pass that never comes to rest is a bug; no real graph needs nearly as many rounds. */
const MAX_ROUNDS = 1000;

/** Repeats the passes in order until none changes anything. Returns those that did, in order of application. */
export function runPasses(graph: Graph, passes: readonly GraphPass[]): GraphPass[] {
  const applied: GraphPass[] = [];
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const changed = passes.filter((pass) => pass.run(graph));
    if (changed.length === 0) return applied;
    applied.push(...changed);
  }
  throw new RangeError(`The passes did not come to rest: ${passes.map(({ name }) => name).join(', ')}.`);
}
