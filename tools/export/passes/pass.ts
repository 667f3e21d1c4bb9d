import type { Graph } from '../graph/graph.js';

/** A rewrite of the graph that does one thing and keeps what the graph computes. */
export interface GraphPass {
  readonly name: string;
  /** Whether the pass only runs once those before it find nothing more to do. @default false */
  readonly waits?: boolean;
  /** Rewrites in place; returns whether anything changed. */
  readonly run: (graph: Graph) => boolean;
}
