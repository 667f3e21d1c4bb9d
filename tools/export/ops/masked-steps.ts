import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';

/** A sequence with the steps that its mask lets through moved to the front, in their order. */
export interface MaskedSteps {
  /** `[batch, time, inputs]`, the steps that count first. */
  readonly x: Value;
  /** int32 `[batch]`: how many count. */
  readonly lengths: Value;
  /** bool `[batch, 1]`: whether none does. */
  readonly isEmpty: Value;
  /** int64 `[batch, time]`: how many count before each step, and up to and with it. */
  readonly before: Value;
  readonly through: Value;
}

/**
 * Moves the steps that count to the front. TF.js repeats state and output at a masked step, so that a recurrence over
 * what is left, with its length, is exact for any mask, holes included: {@link repeatMaskedSteps} puts its outputs back.
 *
 * @param x `[batch, time, inputs]` @param mask bool `[batch, time]`
 */
export function gatherMaskedSteps(context: LayerContext, x: Value, mask: Value): MaskedSteps {
  const shape = mask.shape ?? [null, null];
  const timeAxis = context.integers([1], 'axes');
  const counted = context.cast(mask, 'int64');
  const through = context.node('CumSum', [counted, scalar(context, 1n, 'time_axis')], { shape });
  const before = context.node('Sub', [through, counted], { shape });
  const lengths = context.node('ReduceSum', [counted, timeAxis], { attributes: { keepdims: 0 } });
  const isNone = context.node('Equal', [lengths, scalar(context, 0n, 'zero')]);

  // time - step for a step that counts, -step for one that does not: sorted downwards, those that count come first.
  const time = context.node('Gather', [context.node('Shape', [mask]), scalar(context, 1n, 'time_axis')]);
  const steps = context.node('Range', [scalar(context, 0n, 'zero'), time, scalar(context, 1n, 'one')]);
  const keys = context.node('Sub', [context.node('Mul', [counted, time]), steps], { shape });
  const [, order] = context.nodeOutputs(
    'TopK',
    [keys, context.node('Unsqueeze', [time, context.integers([0], 'axes')])],
    { attributes: { axis: 1 }, outputs: 2 },
  );
  return {
    x: gatherSteps(context, x, order ?? null),
    lengths: context.cast(lengths, 'int32'),
    isEmpty: context.node('Unsqueeze', [isNone, timeAxis], { shape: [shape[0] ?? null, 1] }),
    before,
    through,
  };
}

/**
 * The outputs at every step, `[batch, time, units]`, from those at the steps that count, `[time, batch, units]`: a
 * masked step repeats what was before it, in the direction of the recurrence, and the initial state where nothing was.
 *
 * @param initial `[batch, units]`; undefined for zeros
 */
export function repeatMaskedSteps(
  context: LayerContext,
  sequence: Value,
  { lengths, before, through }: MaskedSteps,
  { backward, initial }: { backward: boolean; initial: Value | undefined },
): Value {
  const timeAxis = context.integers([0], 'axes');
  const states =
    initial === undefined
      ? context.node('Pad', [sequence, context.integers([1, 0, 0, 0, 0, 0], 'pads')])
      : context.node('Concat', [context.node('Unsqueeze', [initial, timeAxis]), sequence], {
          attributes: { axis: 0 },
        });
  let index = through;
  if (backward) {
    const length = context.node('Unsqueeze', [context.cast(lengths, 'int64'), context.integers([1], 'axes')]);
    const isBehind = context.node('Equal', [before, length]);
    const next = context.node('Add', [before, scalar(context, 1n, 'one')]);
    index = context.node('Where', [isBehind, scalar(context, 0n, 'zero'), next]);
  }
  const [, batch = null, units = null] = sequence.shape ?? [];
  const batchFirst = context.transpose(states, [1, 0, 2]);
  const outputs = gatherSteps(context, batchFirst, index);
  outputs.shape = [batch, through.shape?.[1] ?? null, units];
  return outputs;
}

/** The last state, or the initial one of a sequence in which no step counts. All `[batch, units]`. */
export function lastMaskedState(
  context: LayerContext,
  state: Value,
  { isEmpty }: MaskedSteps,
  initial: Value | undefined,
): Value {
  const start = initial ?? context.scalar(0, 'zero_state');
  return context.node('Where', [isEmpty, start, state], { shape: state.shape ?? [] });
}

/**
 * The part of a mask that TF.js looks at for a sequence. Behind layers that have no mask of their own TF.js goes on using
 * the last one, which may be longer: it then takes as many steps as there are, from the end where it goes backwards.
 * Throws `LAYER_UNSUPPORTED` where the mask cannot fit.
 */
export function fitMask(context: LayerContext, mask: Value, x: Value, backward: boolean): Value {
  const shape = mask.shape ?? [];
  if (shape.length !== 2) {
    throw context.unsupported(
      `TF.js gives it a mask of rank ${shape.length}, which it does not compute with; the layer that joins masks is to blame`,
    );
  }
  const [batch = null, maskTime = null] = shape;
  const time = x.shape?.[1] ?? null;
  if (maskTime !== null && maskTime === time) return mask;
  if (typeof maskTime === 'number' && typeof time === 'number' && time > maskTime) {
    throw context.unsupported(
      `TF.js goes on using the mask of ${maskTime} steps of an earlier layer for its ${time} steps, and fails`,
    );
  }
  const sizes = context.node('Shape', [x]);
  const slice = (from: number, to: number) =>
    context.node('Slice', [sizes, context.integers([from], 'from'), context.integers([to], 'to')]);
  const length = slice(1, 2);
  const from = backward ? context.node('Neg', [length]) : context.integers([0], 'from');
  const to = backward ? context.integers([Number.MAX_SAFE_INTEGER], 'to') : length;
  const part = context.node('Slice', [mask, from, to, context.integers([1], 'axes')]);
  // TF.js fails where the mask is too short, and so does this.
  return context.node('Reshape', [part, slice(0, 2)], { shape: [batch, time] });
}

/** Picks steps of `x`, `[batch, time, ...]`, by `index`, `[batch, steps]`. */
function gatherSteps(context: LayerContext, x: Value, index: Value | null): Value {
  const expanded = context.node('Unsqueeze', [index, context.integers([2], 'axes')]);
  return context.node('GatherND', [x, expanded], {
    attributes: { batch_dims: 1 },
    ...(x.shape === undefined ? {} : { shape: x.shape }),
  });
}

function scalar(context: LayerContext, value: bigint, name: string): Value {
  return context.constant({ shape: [], data: BigInt64Array.of(value) }, name);
}
