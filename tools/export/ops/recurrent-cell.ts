import type * as tf from '@tensorflow/tfjs';
import type { TensorData } from '../graph/tensor-data.js';
import type { LayerContext } from '../handler.js';
import { findWeight, LayerWeight } from '../layer-weights.js';

/** ONNX's recurrent operators, each with the order in which it has TF.js's gates. */
const OPERATORS = {
  SimpleRNNCell: { operator: 'RNN', gateOrder: [0] },
  // TF.js and ONNX: update, reset, candidate.
  GRUCell: { operator: 'GRU', gateOrder: [0, 1, 2] },
  // TF.js: input, forget, cell, output. ONNX: input, output, forget, cell.
  LSTMCell: { operator: 'LSTM', gateOrder: [0, 3, 1, 2] },
} as const;

type CellClass = keyof typeof OPERATORS;

/** A recurrent cell with its weights as TF.js has them. */
export interface RecurrentCell {
  readonly operator: 'RNN' | 'GRU' | 'LSTM';
  /** Which of TF.js's gates stands at each place of ONNX's. */
  readonly gateOrder: readonly number[];
  readonly units: number;
  /** `[inputs, gates × units]` */
  readonly kernel: TensorData<Float32Array>;
  /** `[units, gates × units]` */
  readonly recurrentKernel: TensorData<Float32Array>;
  /** `[gates × units]`; undefined where the cell has none. */
  readonly bias: TensorData<Float32Array> | undefined;
  /** Activation functions by TF.js's names: of the candidate and the output, and of the gates. */
  readonly activation: string;
  readonly recurrentActivation: string;
}

/** How many states a cell hands from step to step: an LSTM has its cell beside its output. */
export function stateCount({ operator }: RecurrentCell): number {
  return operator === 'LSTM' ? 2 : 1;
}

/**
 * The cells of a recurrent layer, one on top of the other. Throws `LAYER_UNSUPPORTED` for a cell of a class that ONNX
 * has no operator for.
 */
export function readCells(context: LayerContext, layer: tf.layers.Layer): readonly RecurrentCell[] {
  const cell: unknown = 'cell' in layer ? layer.cell : undefined;
  if (!isLayer(cell)) throw context.unsupported('it has no recurrent cell');
  if (cell.getClassName() !== 'StackedRNNCells') return [readCell(context, cell)];
  const cells: unknown = 'cells' in cell ? cell.cells : undefined;
  if (!Array.isArray(cells) || !cells.every(isLayer)) throw context.unsupported('its stack has no cells');
  return cells.map((one) => readCell(context, one));
}

function readCell(context: LayerContext, cell: tf.layers.Layer): RecurrentCell {
  const className = cell.getClassName();
  if (!isCellClass(className)) {
    const known = Object.keys(OPERATORS).join(', ');
    throw context.unsupported(`expected cells of the classes ${known}, received "${className}"`);
  }
  const weight = (name: string) => {
    const found = findWeight(cell, name);
    return found === undefined ? undefined : new LayerWeight(found).hold();
  };
  const config = cell.getConfig();
  const kernel = weight('kernel');
  const recurrentKernel = weight('recurrent_kernel');
  if (kernel === undefined || recurrentKernel === undefined)
    throw context.unsupported('its cell is not built');
  const { activation, recurrentActivation = 'linear' } = config;
  if (typeof activation !== 'string' || typeof recurrentActivation !== 'string') {
    throw context.unsupported('the activations of its cell have no names');
  }
  const bias = weight('bias');
  const units = recurrentKernel.shape[0] ?? 0;
  return { ...OPERATORS[className], units, kernel, recurrentKernel, bias, activation, recurrentActivation };
}

function isCellClass(className: string): className is CellClass {
  return Object.hasOwn(OPERATORS, className);
}

/** Whether a value is a layer; asked of its shape, since a copy of TF.js has classes of its own. */
export function isLayer(value: unknown): value is tf.layers.Layer {
  return typeof value === 'object' && value !== null && 'getClassName' in value && 'getWeights' in value;
}
