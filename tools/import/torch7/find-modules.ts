import { invalidWeights } from '../invalid-weights.js';
import { Torch7Object } from './read-torch7.js';

/** A module and, where it stands in a graph of nngraph, what it takes and what takes it. */
export interface GraphModule {
  object: Torch7Object;
  inputs: GraphModule[];
  consumers: GraphModule[];
}

/** Edges of a graph; an encoder's has a few hundred. */
const MAX_EDGES = 1_000_000;

/**
 * Every module below a value in the order in which it is stored, and the edges of its graphs. A node is a table with
 * `data`, which has the `module` and, in `mapindex`, the data of the nodes that it takes; a node without a module passes on.
 */
export function findModules(root: unknown, source: string): GraphModule[] {
  const modules = new Map<Torch7Object, GraphModule>();
  const nodes: ReadonlyMap<unknown, unknown>[] = [];
  const seen = new Set<unknown>();
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Torch7Object) {
      if (/^(nn|cudnn)\./.test(value.className) && !isContainer(value)) {
        modules.set(value, { object: value, inputs: [], consumers: [] });
      }
      waiting.push(value.fields);
    } else if (value instanceof Map) {
      if (value.get('module') instanceof Torch7Object) nodes.push(value);
      for (const item of [...value.values()].reverse()) waiting.push(item);
    }
  }
  let edgesLeft = MAX_EDGES;
  for (const node of nodes) {
    const module = modules.get(innermost(node.get('module')));
    if (module === undefined) continue;
    for (const from of sourcesOf(node, () => edgesLeft--)) {
      if (edgesLeft < 0) throw invalidWeights(source, `its graph has more than ${MAX_EDGES} edges`);
      const input = modules.get(innermost(from));
      if (input === undefined) continue;
      module.inputs.push(input);
      input.consumers.push(module);
    }
  }
  return [...modules.values()];
}

/**
 * The modules that a node takes its inputs from, through the nodes without one.
 * @param spend counts an edge that is followed and gives how many were left.
 */
function* sourcesOf(node: ReadonlyMap<unknown, unknown>, spend: () => number): Generator<unknown> {
  const seen = new Set<unknown>();
  const waiting: unknown[] = [node.get('mapindex')];
  while (waiting.length > 0) {
    const list = waiting.pop();
    if (!(list instanceof Map) || seen.has(list)) continue;
    seen.add(list);
    for (const from of list.values()) {
      const isLast = spend() <= 0;
      if (isLast) yield undefined;
      if (isLast || !(from instanceof Map)) continue;
      if (from.get('module') instanceof Torch7Object) yield from.get('module');
      else waiting.push(from.get('mapindex'));
    }
  }
}

/** A container of one module stands for it. */
function innermost(value: unknown): Torch7Object {
  let object = value;
  for (let depth = 0; depth < 10 && object instanceof Torch7Object && isContainer(object); depth++) {
    const inner = object.fields.get('modules');
    const first = inner instanceof Map ? inner.get(1) : undefined;
    if (!(first instanceof Torch7Object)) break;
    object = first;
  }
  return object instanceof Torch7Object ? object : new Torch7Object('');
}

function isContainer({ className }: Torch7Object): boolean {
  return className === 'nn.Sequential' || className === 'nn.gModule';
}
