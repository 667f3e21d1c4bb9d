import { type Attributes, integers } from './attributes.js';
import type { Dimension, Shape, Value } from './graph.js';
import { permute } from './permutation.js';
import type { DataType } from './tensor-data.js';

const COMPARISONS = new Set([
  'Equal',
  'Less',
  'LessOrEqual',
  'Greater',
  'GreaterOrEqual',
  'And',
  'Or',
  'Not',
  'Xor',
]);
const INDICES = new Set(['Shape', 'Size', 'ArgMax', 'ArgMin', 'NonZero']);

/** Operators that work on each element alone and take one tensor; any further inputs are scalars. */
export const ELEMENTWISE_UNARY: ReadonlySet<string> = new Set([
  ...[
    'Relu',
    'LeakyRelu',
    'Elu',
    'Selu',
    'Celu',
    'Sigmoid',
    'HardSigmoid',
    'HardSwish',
    'Tanh',
    'Softplus',
    'Softsign',
  ],
  ...[
    'ThresholdedRelu',
    'Clip',
    'Exp',
    'Log',
    'Sqrt',
    'Reciprocal',
    'Neg',
    'Abs',
    'Erf',
    'Sin',
    'Cos',
    'Sign',
  ],
  ...['Floor', 'Ceil', 'Round', 'Not', 'Cast', 'Identity', 'Dropout'],
]);

/** Operators that work on each element alone and broadcast their inputs to one shape, as NumPy does. */
export const ELEMENTWISE_BROADCAST: ReadonlySet<string> = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'Mean', 'Sum', 'PRelu', 'Where', 'Mod'],
  ...['Equal', 'Less', 'LessOrEqual', 'Greater', 'GreaterOrEqual', 'And', 'Or', 'Xor'],
]);

/** Operators that keep the shape of their first input though elements depend on each other. */
const SHAPE_KEEPING = new Set([
  'Softmax',
  'LogSoftmax',
  'BatchNormalization',
  'InstanceNormalization',
  'LayerNormalization',
]);

/**
 * The element type that an operator's outputs have, as the ONNX specification says it: that of the first input,
 * but for a few operators. `Cast` is the business of the caller.
 */
export function inferDataType(op: string, inputs: readonly (Value | null)[]): DataType {
  if (COMPARISONS.has(op)) return 'bool';
  if (INDICES.has(op)) return 'int64';
  const deciding = op === 'Where' ? inputs[1] : op === 'OneHot' ? inputs[2] : inputs[0];
  return deciding?.dataType ?? 'float32';
}

/** The shape of an operator's first output where it is plain to see; undefined elsewhere. */
export function inferShape(
  op: string,
  inputs: readonly (Value | null)[],
  attributes: Attributes,
): Shape | undefined {
  const shapes = inputs.map((input) => input?.shape);
  if (ELEMENTWISE_BROADCAST.has(op)) return broadcastShapes(shapes);
  const [shape] = shapes;
  if (ELEMENTWISE_UNARY.has(op) || SHAPE_KEEPING.has(op)) return shape;
  const permutation = op === 'Transpose' ? integers(attributes, 'perm') : undefined;
  if (permutation === undefined) return undefined;
  // The permutation alone gives the rank away.
  return shape === undefined ? permutation.map(() => null) : permute(shape, permutation);
}

function broadcastShapes(shapes: readonly (Shape | undefined)[]): Shape | undefined {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length < shapes.length) return undefined;
  const rank = Math.max(...known.map((shape) => shape.length));
  const padded = known.map((shape) => [...new Array<Dimension>(rank - shape.length).fill(1), ...shape]);
  return Array.from({ length: rank }, (_, axis) =>
    broadcastSizes(padded.map((shape) => shape[axis] ?? null)),
  );
}

function broadcastSizes(sizes: readonly Dimension[]): Dimension {
  const wide = sizes.filter((size) => size !== 1);
  const [first = 1] = wide;
  if (wide.every((size) => size === first)) return first;
  // A fixed size above 1 leaves a free one no choice; two free ones cannot be told apart.
  return wide.find((size) => typeof size === 'number') ?? null;
}
