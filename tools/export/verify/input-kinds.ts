import type { TracedCall } from '../emit-calls.js';
import type { Value } from '../graph/graph.js';
import type { ModelTrace } from '../model-graph.js';

/** What numbers an input of a model takes. */
export type InputKind =
  | { readonly kind: 'normal' }
  /** Integers from 0 to `limit` - 1; with `hasPadding`, 0 stands for no word and only at the end of a row. */
  | { readonly kind: 'ids'; readonly limit: number; readonly hasPadding: boolean }
  /** Steps at the end of a sequence may be missing: every feature of them is `maskValue`. */
  | { readonly kind: 'padded'; readonly maskValue: number };

/** What the layers that read an input make of it: ids for an embedding or an encoding, steps for a mask. */
export function inputKindOf(trace: ModelTrace, index: number): InputKind {
  const input = trace.inputs[index];
  for (const call of trace.calls) {
    if (input === undefined || !call.inputs.some((value) => dependsOn(trace, value, input))) continue;
    const { inputDim, numTokens, maskZero, maskValue } = { ...call.layer.getConfig() };
    const className = call.layer.getClassName();
    if (className === 'Embedding' && typeof inputDim === 'number') {
      return { kind: 'ids', limit: inputDim, hasPadding: maskZero === true };
    }
    if (className === 'CategoryEncoding' && typeof numTokens === 'number') {
      return { kind: 'ids', limit: numTokens, hasPadding: false };
    }
    if (className === 'Masking') {
      return { kind: 'padded', maskValue: typeof maskValue === 'number' ? maskValue : 0 };
    }
  }
  return { kind: 'normal' };
}

/** Layers that hand numbers on as they are. */
const HANDS_ON: ReadonlySet<string> = new Set([
  ...['InputLayer', 'Reshape', 'Flatten', 'Permute', 'RepeatVector', 'Concatenate', 'Cropping2D'],
  ...['Dropout', 'SpatialDropout1D', 'Activation', 'Masking'],
]);

function dependsOn(trace: ModelTrace, value: Value, input: Value): boolean {
  if (value === input) return true;
  const source: TracedCall | undefined = trace.calls.find(({ outputs }) => outputs.includes(value));
  if (source === undefined || !HANDS_ON.has(source.layer.getClassName())) return false;
  return source.inputs.some((earlier) => dependsOn(trace, earlier, input));
}
