import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';

/**
 * The mask behind TF.js's elementwise merge layers. TF.js widens the first input's mask to `[1, batch, time]`, joins
 * those of all others but the last, and so gives later layers something that none of them can use.
 */
export function elementwiseMask(context: LayerContext): Value | undefined {
  const { inputMasks } = context;
  const [first] = inputMasks;
  const joined = inputMasks.slice(1, -1);
  if (inputMasks.every((mask) => mask === undefined)) return undefined;
  if (joined.length > 0 && [first, ...joined].includes(undefined)) {
    throw context.unsupported('TF.js itself fails to join the masks of its inputs, of which some have none');
  }
  if (first === undefined) return undefined;
  const widened = [first, ...joined].map((mask) => {
    const shape = [1, ...(mask?.shape ?? [null, null])];
    return context.node('Unsqueeze', [mask ?? null, context.integers([0], 'axes')], { shape });
  });
  return widened.reduce((left, right) => context.node('And', [left, right]));
}

/**
 * The mask behind `Concatenate`: masks joined as the inputs are, true for inputs that have none, and true where all
 * that is joined is true.
 */
export function concatenatedMask(context: LayerContext, axis: number): Value | undefined {
  const { inputs, inputMasks } = context;
  if (inputMasks.every((mask) => mask === undefined)) return undefined;
  const parts = inputs.map((input, index) => {
    const mask = inputMasks[index];
    const rank = input.shape?.length ?? 0;
    if (mask === undefined) return trueLike(context, input);
    if ((mask.shape?.length ?? rank) >= rank) return mask;
    return context.node('Unsqueeze', [mask, context.integers([-1], 'axes')]);
  });
  const joined = context.node('Concat', parts, { attributes: { axis } });
  const allTrue = context.node('ReduceMin', [context.cast(joined, 'int32')], {
    attributes: { axes: [-1], keepdims: 0 },
    shape: (inputMasks.find((mask) => mask !== undefined)?.shape ?? []).map((size, at) =>
      at === axis ? null : size,
    ),
  });
  return context.cast(allTrue, 'bool');
}

function trueLike(context: LayerContext, input: Value): Value {
  const yes = context.constant({ shape: [1], data: Uint8Array.of(1) }, 'true');
  return context.node('Expand', [yes, context.node('Shape', [input])], { shape: input.shape ?? [] });
}
