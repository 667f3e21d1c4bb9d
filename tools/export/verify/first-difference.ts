import type { Graph, Value } from '../graph/graph.js';
import type { ModelTrace } from '../model-graph.js';
import { writeModel } from '../writer/write-model.js';
import type { ComparedModel } from './compared-model.js';
import { exceeds, type Tolerance } from './difference.js';
import { type NamedTensors, runOnnx } from './onnx-session.js';
import { runLayers } from './reference.js';

/** Where ONNX Runtime and TF.js part: in what a handler wrote, in a pass, or in ONNX Runtime's own optimiser. */
export type Origin =
  | { readonly in: 'handler'; readonly layer: string; readonly className: string; readonly node: string }
  | { readonly in: 'pass'; readonly pass: string }
  | { readonly in: 'runtime' };

/** Looks for the first step at which the exported graph differs from the model on these inputs. */
export async function findOrigin(
  converted: ComparedModel,
  inputs: NamedTensors,
  expected: NamedTensors,
  tolerance: Tolerance,
): Promise<Origin> {
  const { trace } = converted;
  const layerOrigin = await findLayer(trace, inputs, tolerance);
  if (layerOrigin !== undefined) return layerOrigin;

  const graph = trace.graph.copy();
  for (const pass of converted.appliedPasses) {
    pass.run(graph);
    const [outputs = {}] = await runOnnx(write(graph, []), 'disabled', [inputs]);
    const differs = Object.entries(expected).some(([name, tensor]) =>
      exceeds(outputs[name], tensor, tolerance),
    );
    if (differs) return { in: 'pass', pass: pass.name };
  }
  return { in: 'runtime' };
}

/** Compares every layer's output, in the order of computation, on the graph as the handlers wrote it. */
async function findLayer(
  trace: ModelTrace,
  inputs: NamedTensors,
  tolerance: Tolerance,
): Promise<Origin | undefined> {
  const computed = new Set(trace.graph.nodes.flatMap((node) => node.outputs));
  const layerOutputs = new Set(
    trace.calls.flatMap((call) => call.outputs).filter((value) => computed.has(value)),
  );
  const [actual = {}] = await runOnnx(write(trace.graph, [...layerOutputs]), 'disabled', [inputs]);
  const expected = runLayers(trace, inputs);
  for (const call of trace.calls) {
    for (const value of call.outputs) {
      const reference = expected.get(value);
      if (!layerOutputs.has(value) || reference === undefined) continue;
      if (!exceeds(actual[value.name], reference, tolerance)) continue;
      const node = trace.graph.producerOf(value)?.name ?? value.name;
      return { in: 'handler', layer: call.path, className: call.layer.getClassName(), node };
    }
  }
  return undefined;
}

function write(graph: Graph, extraOutputs: readonly Value[]): Uint8Array {
  return writeModel(graph, { name: 'comparison', metadata: {}, extraOutputs });
}
