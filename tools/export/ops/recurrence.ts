import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';
import {
  fitMask,
  gatherMaskedSteps,
  lastMaskedState,
  type MaskedSteps,
  repeatMaskedSteps,
} from './masked-steps.js';
import { type RecurrentCell, stateCount } from './recurrent-cell.js';
import { emitRecurrentNode, hasNodeActivations } from './recurrent-node.js';
import { emitUnrolledCell } from './unrolled-cell.js';

export interface RecurrenceOptions {
  readonly cells: readonly RecurrentCell[];
  /** Whether it starts at the end. */
  readonly backward: boolean;
  /** bool `[batch, time]` */
  readonly mask: Value | undefined;
  /** `[batch, units]` each, in TF.js's order: those of the last cell first. Undefined for zeros. */
  readonly initialStates: readonly Value[] | undefined;
  /** Whether the outputs of every step are asked for. */
  readonly needsSequence: boolean;
}

export interface RecurrenceOutputs {
  /** `[batch, time, units]` in the order of time in either direction; undefined where it is not asked for. */
  readonly sequence: Value | undefined;
  /** `[batch, units]` each, in TF.js's order. The first one is the last step's output. */
  readonly states: readonly Value[];
}

/**
 * Cells on top of each other over `sequence`, `[batch, time, inputs]`: an ONNX `LSTM`, `GRU` or `RNN` each, with the lengths of
 * what the mask leaves, or step by step where ONNX's operators do not have an activation.
 */
export function emitRecurrence(
  context: LayerContext,
  sequence: Value,
  options: RecurrenceOptions,
): RecurrenceOutputs {
  const { backward, cells } = options;
  // TF.js multiplies integers as floats.
  const x = context.cast(sequence, 'float32');
  const mask = options.mask === undefined ? undefined : fitMask(context, options.mask, x, backward);
  const fitted = { ...options, mask };
  return cells.every(hasNodeActivations) ? withNodes(context, x, fitted) : unrolled(context, x, fitted);
}

function withNodes(context: LayerContext, x: Value, options: RecurrenceOptions): RecurrenceOutputs {
  const { cells, backward, mask, needsSequence } = options;
  const steps = mask === undefined ? undefined : gatherMaskedSteps(context, x, mask);
  let timeFirst = context.transpose(steps?.x ?? x, [1, 0, 2]);
  const initial = statesByCell(context, options);
  const states = cells.map((cell, index) => {
    const initialStates = initial[index];
    const node = emitRecurrentNode(context, cell, timeFirst, {
      backward,
      lengths: steps?.lengths,
      initialStates,
    });
    timeFirst = node.sequence;
    return steps === undefined
      ? node.states
      : node.states.map((state, at) => lastMaskedState(context, state, steps, initialStates?.[at]));
  });
  return {
    sequence: needsSequence
      ? everyStep(context, timeFirst, steps, { backward, initial: initial.at(-1)?.[0] })
      : undefined,
    states: states.reverse().flat(),
  };
}

function everyStep(
  context: LayerContext,
  timeFirst: Value,
  steps: MaskedSteps | undefined,
  options: { backward: boolean; initial: Value | undefined },
): Value {
  if (steps === undefined) return context.transpose(timeFirst, [1, 0, 2]);
  return repeatMaskedSteps(context, timeFirst, steps, options);
}

function unrolled(context: LayerContext, x: Value, options: RecurrenceOptions): RecurrenceOutputs {
  const { cells, backward, mask, needsSequence } = options;
  const initial = statesByCell(context, options);
  let sequence = x;
  const states = cells.map((cell, index) => {
    const outputs = emitUnrolledCell(context, cell, sequence, {
      backward,
      mask,
      initialStates: initial[index],
      needsSequence: needsSequence || index < cells.length - 1,
    });
    sequence = outputs.sequence ?? sequence;
    return outputs.states;
  });
  return { sequence: needsSequence ? sequence : undefined, states: states.reverse().flat() };
}

/** The initial states of each cell; undefined where they are zeros. */
function statesByCell(
  context: LayerContext,
  { cells, initialStates }: RecurrenceOptions,
): (readonly Value[] | undefined)[] {
  if (initialStates === undefined) return cells.map(() => undefined);
  const expected = cells.reduce((sum, cell) => sum + stateCount(cell), 0);
  if (initialStates.length !== expected) {
    throw context.unsupported(`expected ${expected} initial states, received ${initialStates.length}`);
  }
  // TF.js lists those of the last cell first.
  let end = initialStates.length;
  return cells.map((cell) => {
    const begin = end - stateCount(cell);
    const own = initialStates.slice(begin, end);
    end = begin;
    return own;
  });
}
