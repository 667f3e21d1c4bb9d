import type { Manifest } from '../bundle/index.js';
import type { GraphSession, TensorValue } from '../runtime/platform.js';
import { runGraph, type TensorValues } from './run-graph.js';

/**
 * Runs the text encoder on the word ids of one prompt.
 * @returns `words` [1, length, wordDim], `sentence` [1, sentenceDim] and `lengths` [1], which the stages take.
 * @throws WordbrushError MODEL_INVALID if the graph fails.
 */
export async function encodeText(
  session: GraphSession,
  ids: Int32Array,
  manifest: Manifest,
): Promise<TensorValues> {
  const lengths: TensorValue = { data: Int32Array.of(ids.length), dims: [1] };
  const inputs = new Map<string, TensorValue>([
    ['token_ids', { data: ids, dims: [1, ids.length] }],
    ['lengths', lengths],
  ]);
  const outputs = await runGraph(session, inputs, manifest.textEncoder.file);
  return new Map([...outputs, ['lengths', lengths]]);
}
