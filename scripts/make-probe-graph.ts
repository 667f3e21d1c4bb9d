/**
 * Prints `src/sdk/runtime/probe-graph.ts`: the graph with which the SDK tries a device out, and the numbers it gives.
 * y = tanh(conv(x, w)); x is `[1, 1, 4, 4]` of 0, 0.1, ... 1.5; w is `[1, 1, 3, 3]` of -0.4, -0.3, ... 0.4.
 *
 * Run: npx tsx scripts/make-probe-graph.ts > src/sdk/runtime/probe-graph.ts
 */
import { Graph, type Value } from '../tools/export/graph/graph.js';
import { addInitializer, addNode } from '../tools/export/graph/graph-builder.js';
import { writeModel } from '../tools/export/writer/write-model.js';

const SIDE = 4;
const WEIGHTS = Float32Array.from({ length: 9 }, (_, index) => (index - 4) / 10);
const INPUT = Float32Array.from({ length: SIDE * SIDE }, (_, index) => index / 10);

const graph = new Graph();
const shape = [1, 1, SIDE, SIDE];
const x: Value = { name: graph.uniqueName('x'), dataType: 'float32', shape };
const y: Value = { name: graph.uniqueName('y'), dataType: 'float32', shape };
const w = addInitializer(graph, 'w', { shape: [1, 1, 3, 3], data: WEIGHTS });
const convolved = addNode(graph, 'conv', 'Conv', [x, w], 1, { attributes: { pads: [1, 1, 1, 1] } }).outputs;
const node = addNode(graph, 'tanh', 'Tanh', convolved, 1);
node.outputs = [y];
graph.inputs.push(x);
graph.outputs.push(y);

const bytes = writeModel(graph, { name: 'probe', metadata: {} });
const expected = Array.from(INPUT, (_, index) => {
  let sum = 0;
  for (let tap = 0; tap < WEIGHTS.length; tap++) {
    const row = Math.floor(index / SIDE) + Math.floor(tap / 3) - 1;
    const column = (index % SIDE) + (tap % 3) - 1;
    const inside = row >= 0 && row < SIDE && column >= 0 && column < SIDE;
    if (inside) sum += (INPUT[row * SIDE + column] ?? 0) * (WEIGHTS[tap] ?? 0);
  }
  return Number(Math.tanh(sum).toFixed(7));
});

console.log(`import type { TensorValue } from './platform.js';

// Made by scripts/make-probe-graph.ts, which says what it computes.
const GRAPH_BASE64 =
  '${Buffer.from(bytes).toString('base64')}';

/** An ONNX file: y = tanh(conv(x, w)), both \`[1, 1, ${SIDE}, ${SIDE}]\` float32. */
export function probeGraph(): Uint8Array {
  return Uint8Array.from(atob(GRAPH_BASE64), (character) => character.charCodeAt(0));
}

/** What to give as x. */
export function probeInput(): TensorValue {
  return { dims: [${shape.join(', ')}], data: Float32Array.from({ length: ${INPUT.length} }, (_, index) => index / 10) };
}

/** What y is then. */
export const PROBE_OUTPUT: readonly number[] = [
  ${expected.join(', ')},
];`);
