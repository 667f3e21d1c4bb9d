import { float } from '../graph/attributes.js';
import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';

/** TF.js's activation functions by name, as a layer's config gives them. */
const ACTIVATIONS: Readonly<Record<string, (context: LayerContext, x: Value) => Value>> = {
  linear: (_, x) => x,
  relu: (context, x) => context.node('Relu', [x]),
  relu6: (context, x) => context.node('Clip', [x, context.scalar(0, 'min'), context.scalar(6, 'max')]),
  elu: (context, x) => context.node('Elu', [x]),
  selu: (context, x) => context.node('Selu', [x]),
  sigmoid: (context, x) => context.node('Sigmoid', [x]),
  hardSigmoid: (context, x) =>
    context.node('HardSigmoid', [x], { attributes: { alpha: float(0.2), beta: float(0.5) } }),
  softplus: (context, x) => context.node('Softplus', [x]),
  softsign: (context, x) => context.node('Softsign', [x]),
  tanh: (context, x) => context.node('Tanh', [x]),
  softmax: (context, x) => context.node('Softmax', [x], { attributes: { axis: lastAxis(x) } }),
  logSoftmax: (context, x) => context.node('LogSoftmax', [x], { attributes: { axis: lastAxis(x) } }),
  swish: (context, x) => context.node('Mul', [x, context.node('Sigmoid', [x])]),
  mish: (context, x) => context.node('Mul', [x, context.node('Tanh', [context.node('Softplus', [x])])]),
  gelu: (context, x) => {
    const scaled = context.node('Mul', [x, context.scalar(Math.SQRT1_2)]);
    return gated(context, x, context.node('Erf', [scaled]));
  },
  gelu_new: (context, x) => {
    const cube = context.node('Mul', [context.node('Mul', [x, x]), x]);
    const bent = context.node('Add', [x, context.node('Mul', [cube, context.scalar(0.044715)])]);
    const scaled = context.node('Mul', [bent, context.scalar(Math.sqrt(2 / Math.PI))]);
    return gated(context, x, context.node('Tanh', [scaled]));
  },
};

/** What gives integers for integers. */
const KEEPS_INTEGERS = ['linear', 'relu'];

/**
 * The value after one of TF.js's activation functions. Throws `LAYER_UNSUPPORTED` for a name that TF.js does not
 * have.
 */
export function applyActivation(context: LayerContext, x: Value, name: string): Value {
  const activation = ACTIVATIONS[name];
  if (activation !== undefined) {
    // TF.js computes all others of integers as floats.
    return activation(context, KEEPS_INTEGERS.includes(name) ? x : context.cast(x, 'float32'));
  }
  const known = Object.keys(ACTIVATIONS).join(', ');
  throw context.unsupported(`expected one of the activations ${known}, received "${name}"`);
}

/** `x (1 + curve) / 2`, which both forms of GELU end in. */
function gated(context: LayerContext, x: Value, curve: Value): Value {
  const share = context.node('Mul', [context.node('Add', [curve, context.scalar(1)]), context.scalar(0.5)]);
  return context.node('Mul', [x, share]);
}

function lastAxis({ shape }: Value): number {
  return shape === undefined ? -1 : shape.length - 1;
}
