import type { Graph } from '../graph/graph.js';

/** A rewrite of the graph that does one thing and keeps what the graph computes. */
export interface GraphPass {
  readonly name: string;
  /** Rewrites in place; returns whether anything changed. */
  readonly run: (graph: Graph) => boolean;
}
