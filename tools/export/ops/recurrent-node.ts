import { type Attributes, floats } from '../graph/attributes.js';
import type { Value } from '../graph/graph.js';
import type { TensorData } from '../graph/tensor-data.js';
import type { LayerContext } from '../handler.js';
import { type RecurrentCell, stateCount } from './recurrent-cell.js';

/** An activation that ONNX's recurrent operators have, with the parameters that make it TF.js's. */
interface NodeActivation {
  readonly name: string;
  readonly alpha?: number;
  readonly beta?: number;
}

const NODE_ACTIVATIONS: ReadonlyMap<string, NodeActivation> = new Map([
  ['tanh', { name: 'Tanh' }],
  ['sigmoid', { name: 'Sigmoid' }],
  ['hardSigmoid', { name: 'HardSigmoid', alpha: 0.2, beta: 0.5 }],
  ['relu', { name: 'Relu' }],
  ['elu', { name: 'Elu', alpha: 1 }],
  ['softplus', { name: 'Softplus' }],
  ['softsign', { name: 'Softsign' }],
  ['linear', { name: 'Affine', alpha: 1, beta: 0 }],
]);

/** The activations that ONNX's `LSTM`, `GRU` and `RNN` have, by TF.js's names. */
export const NODE_ACTIVATION_NAMES: readonly string[] = [...NODE_ACTIVATIONS.keys()];

export interface RecurrentNodeOptions {
  /** Whether it starts at the end. */
  readonly backward: boolean;
  /** int32 `[batch]`: how many steps of each sequence count; undefined for all. */
  readonly lengths: Value | undefined;
  /** `[batch, units]` each, one for each state of the cell; undefined for zeros. */
  readonly initialStates: readonly Value[] | undefined;
}

export interface RecurrentNodeOutputs {
  /** `[time, batch, units]`, in the order of time in either direction; unspecified behind a sequence's length. */
  readonly sequence: Value;
  /** `[batch, units]` each: the states after the last step. */
  readonly states: readonly Value[];
}

/** Whether ONNX's operator has the cell's activations. */
export function hasNodeActivations({ operator, activation, recurrentActivation }: RecurrentCell): boolean {
  return (
    NODE_ACTIVATIONS.has(activation) && (operator === 'RNN' || NODE_ACTIVATIONS.has(recurrentActivation))
  );
}

/** One cell as one ONNX `LSTM`, `GRU` or `RNN` over `x`, `[time, batch, inputs]`. */
export function emitRecurrentNode(
  context: LayerContext,
  cell: RecurrentCell,
  x: Value,
  { backward, lengths, initialStates }: RecurrentNodeOptions,
): RecurrentNodeOutputs {
  const { operator, units } = cell;
  const initial = initialStates?.map((state) =>
    context.node('Unsqueeze', [state, context.integers([0], 'directions')]),
  );
  const inputs = [
    x,
    context.constant(kernelToOnnx(cell, cell.kernel), 'W'),
    context.constant(kernelToOnnx(cell, cell.recurrentKernel), 'R'),
    cell.bias === undefined ? null : context.constant(biasToOnnx(cell, cell.bias), 'B'),
    lengths ?? null,
    ...(initial ?? []),
  ];
  const [time = null, batch = null] = x.shape ?? [];
  const attributes = {
    hidden_size: units,
    direction: backward ? 'reverse' : 'forward',
    ...activationAttributes(cell),
  };
  const [sequence, ...states] = context.nodeOutputs(operator, trimmed(inputs), {
    attributes,
    outputs: 1 + stateCount(cell),
    shape: [time, 1, batch, units],
  });
  const withoutDirections = (value: Value | undefined, axis: number, shape: Value['shape'] & object) =>
    context.node('Squeeze', [value ?? null, context.integers([axis], 'directions')], { shape });
  return {
    sequence: withoutDirections(sequence, 1, [time, batch, units]),
    states: states.map((state) => withoutDirections(state, 0, [batch, units])),
  };
}

/** Without the optional inputs at the end that are left out. */
function trimmed(inputs: readonly (Value | null)[]): readonly (Value | null)[] {
  const last = inputs.findLastIndex((input) => input !== null);
  return inputs.slice(0, last + 1);
}

function activationAttributes({ operator, activation, recurrentActivation }: RecurrentCell): Attributes {
  const names = {
    RNN: [activation],
    GRU: [recurrentActivation, activation],
    LSTM: [recurrentActivation, activation, activation],
  }[operator];
  const entries = names.flatMap((name) => NODE_ACTIVATIONS.get(name) ?? []);
  // Parameters are consumed in the order of the activations that have them.
  const alphas = entries.flatMap(({ alpha }) => alpha ?? []);
  const betas = entries.flatMap(({ beta }) => beta ?? []);
  return {
    activations: entries.map(({ name }) => name),
    ...(alphas.length > 0 ? { activation_alpha: floats(alphas) } : {}),
    ...(betas.length > 0 ? { activation_beta: floats(betas) } : {}),
  };
}

/** `[inputs, gates × units]` becomes `[1, gates × units, inputs]` in ONNX's order of gates. */
function kernelToOnnx(cell: RecurrentCell, { shape, data }: TensorData<Float32Array>): TensorData {
  const [inputs = 0, width = 0] = shape;
  const result = new Float32Array(data.length);
  sourceColumns(cell).forEach((column, row) => {
    for (let input = 0; input < inputs; input++) {
      result[row * inputs + input] = data[input * width + column] ?? 0;
    }
  });
  return { shape: [1, width, inputs], data: result };
}

/** ONNX keeps PyTorch's two biases apart: ours is that of the input, the recurrent one is zero. */
function biasToOnnx(cell: RecurrentCell, { data }: TensorData<Float32Array>): TensorData {
  const result = new Float32Array(2 * data.length);
  sourceColumns(cell).forEach((column, row) => {
    result[row] = data[column] ?? 0;
  });
  return { shape: [1, result.length], data: result };
}

/** For each row of ONNX's weights, the column of TF.js's. */
function sourceColumns({ units, gateOrder }: RecurrentCell): number[] {
  return gateOrder.flatMap((gate) => Array.from({ length: units }, (_, unit) => gate * units + unit));
}
