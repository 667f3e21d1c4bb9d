import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';
import { type RecurrentCell, stateCount } from './recurrent-cell.js';
import { NODE_ACTIVATION_NAMES } from './recurrent-node.js';

export interface UnrolledOptions {
  readonly backward: boolean;
  /** bool `[batch, time]` */
  readonly mask: Value | undefined;
  /** `[batch, units]` each; undefined for zeros. */
  readonly initialStates: readonly Value[] | undefined;
  readonly needsSequence: boolean;
}

/**
 * A cell over `x`, `[batch, time, inputs]`, as plain operators, step by step: for activations that ONNX's recurrent
 * operators do not have. Throws `LAYER_UNSUPPORTED` where the number of steps is free.
 */
export function emitUnrolledCell(
  context: LayerContext,
  cell: RecurrentCell,
  x: Value,
  { backward, mask, initialStates, needsSequence }: UnrolledOptions,
): { sequence: Value | undefined; states: readonly Value[] } {
  const [batch = null, time = null] = x.shape ?? [];
  if (typeof time !== 'number') {
    const { activation, recurrentActivation } = cell;
    throw context.unsupported(
      `ONNX has no ${cell.operator} with the activations "${activation}" and "${recurrentActivation}" (it has ${NODE_ACTIVATION_NAMES.join(', ')}), and its steps can be written one by one only where the model says how many there are`,
    );
  }
  const kernel = context.constant(cell.kernel, 'kernel');
  const product = context.node('MatMul', [x, kernel]);
  const gates =
    cell.bias === undefined ? product : context.node('Add', [product, context.constant(cell.bias, 'bias')]);
  let states = initialStates ?? zeroStates(context, cell, x);
  const outputs: Value[] = [];
  for (let count = 0; count < time; count++) {
    const step = backward ? time - 1 - count : count;
    const before = states;
    const after = cellStep(context, cell, pick(context, gates, step), before);
    states = mask === undefined ? after : keepMasked(context, pick(context, mask, step), before, after);
    const [output] = states;
    if (output !== undefined) outputs[step] = output;
  }
  const stepAxis = context.integers([1], 'axes');
  const sequence = needsSequence
    ? context.node(
        'Concat',
        outputs.map((output) => context.node('Unsqueeze', [output, stepAxis])),
        { attributes: { axis: 1 }, shape: [batch, time, cell.units] },
      )
    : undefined;
  return { sequence, states };
}

/** `[batch, ...]` of `[batch, time, ...]`. */
function pick(context: LayerContext, sequence: Value, step: number): Value {
  const index = context.constant({ shape: [], data: BigInt64Array.of(BigInt(step)) }, 'step');
  return context.node('Gather', [sequence, index], { attributes: { axis: 1 } });
}

/** New states where the mask `[batch]` lets the step through, old ones elsewhere. */
function keepMasked(
  context: LayerContext,
  mask: Value,
  before: readonly Value[],
  after: readonly Value[],
): readonly Value[] {
  const counts = context.node('Unsqueeze', [mask, context.integers([1], 'axes')]);
  return after.map((state, index) => context.node('Where', [counts, state, before[index] ?? null]));
}

function zeroStates(context: LayerContext, cell: RecurrentCell, x: Value): readonly Value[] {
  const batch = context.node('Slice', [
    context.node('Shape', [x]),
    context.integers([0], 'from'),
    context.integers([1], 'to'),
  ]);
  const shape = context.node('Concat', [batch, context.integers([cell.units], 'units')], {
    attributes: { axis: 0 },
  });
  const zeros = context.node('Expand', [context.scalar(0, 'zero'), shape], {
    shape: [x.shape?.[0] ?? null, cell.units],
  });
  return Array.from({ length: stateCount(cell) }, () => zeros);
}

/** The states after one step. `gates`, `[batch, gates × units]`, is the input's share, bias included. */
function cellStep(
  context: LayerContext,
  cell: RecurrentCell,
  gates: Value,
  states: readonly Value[],
): readonly Value[] {
  const [hidden, memory] = states;
  if (hidden === undefined) throw context.unsupported('its cell has no state');
  if (cell.operator === 'RNN') return [simpleStep(context, cell, gates, hidden)];
  if (cell.operator === 'GRU') return [gruStep(context, cell, gates, hidden)];
  if (memory === undefined) throw context.unsupported('its cell has one state only');
  return lstmStep(context, cell, gates, hidden, memory);
}

function simpleStep(context: LayerContext, cell: RecurrentCell, gates: Value, hidden: Value): Value {
  const recurrent = context.constant(cell.recurrentKernel, 'recurrent_kernel');
  const sum = context.node('Add', [gates, context.node('MatMul', [hidden, recurrent])], {
    shape: [null, cell.units],
  });
  return context.activation(sum, cell.activation);
}

function gruStep(context: LayerContext, cell: RecurrentCell, gates: Value, hidden: Value): Value {
  const { units, activation, recurrentActivation } = cell;
  const product = (value: Value, from: number, to: number) =>
    context.node('MatMul', [value, columns(context, cell, from, to)]);
  const [ofUpdate, ofReset, ofCandidate] = splitGates(context, gates, 3, units);
  const recurrent = splitGates(context, product(hidden, 0, 2), 2, units);
  const gate = (input: Value | undefined, index: number) =>
    context.activation(
      context.node('Add', [input ?? null, recurrent[index] ?? null], { shape: [null, units] }),
      recurrentActivation,
    );
  const update = gate(ofUpdate, 0);
  const reset = gate(ofReset, 1);
  const candidate = context.activation(
    context.node('Add', [ofCandidate ?? null, product(context.node('Mul', [reset, hidden]), 2, 3)], {
      shape: [null, units],
    }),
    activation,
  );
  const kept = context.node('Mul', [update, hidden]);
  const fresh = context.node('Mul', [context.node('Sub', [context.scalar(1, 'one'), update]), candidate]);
  return context.node('Add', [kept, fresh], { shape: [null, units] });
}

function lstmStep(
  context: LayerContext,
  cell: RecurrentCell,
  gates: Value,
  hidden: Value,
  memory: Value,
): readonly Value[] {
  const { units, activation, recurrentActivation } = cell;
  const recurrent = context.constant(cell.recurrentKernel, 'recurrent_kernel');
  const sum = context.node('Add', [gates, context.node('MatMul', [hidden, recurrent])]);
  const [ofInput, ofForget, ofCell, ofOutput] = splitGates(context, sum, 4, units);
  const activated = (value: Value | undefined, name: string) => {
    if (value === undefined) throw context.unsupported('its cell has too few gates');
    return context.activation(value, name);
  };
  const kept = context.node('Mul', [activated(ofForget, recurrentActivation), memory]);
  const fresh = context.node('Mul', [activated(ofInput, recurrentActivation), activated(ofCell, activation)]);
  const newMemory = context.node('Add', [kept, fresh], { shape: [null, units] });
  const output = context.node(
    'Mul',
    [activated(ofOutput, recurrentActivation), activated(newMemory, activation)],
    { shape: [null, units] },
  );
  return [output, newMemory];
}

/** The gates one by one, `[batch, units]` each. */
function splitGates(context: LayerContext, gates: Value, count: number, units: number): readonly Value[] {
  const parts = context.nodeOutputs('Split', [gates], { attributes: { axis: 1 }, outputs: count });
  for (const part of parts) part.shape = [null, units];
  return parts;
}

/** The columns of the recurrent kernel that belong to gates `from` to `to`. */
function columns(context: LayerContext, cell: RecurrentCell, from: number, to: number): Value {
  const { units, gateOrder } = cell;
  const { data: numbers } = cell.recurrentKernel;
  const width = gateOrder.length * units;
  const data = Float32Array.from({ length: units * (to - from) * units }, (_, index) => {
    const row = Math.floor(index / ((to - from) * units));
    return numbers[row * width + from * units + (index % ((to - from) * units))] ?? 0;
  });
  return context.constant({ shape: [units, (to - from) * units], data }, 'recurrent_kernel');
}
