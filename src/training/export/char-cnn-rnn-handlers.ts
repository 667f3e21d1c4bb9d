import { defineHandler, type LayerContext, type Value } from '../../../tools/export/index.js';
import { InputStartGru } from '../encoders/char-cnn-rnn/input-start-gru.js';
import { InputStartRecurrence } from '../encoders/char-cnn-rnn/input-start-recurrence.js';
import { InputStartRnn } from '../encoders/char-cnn-rnn/input-start-rnn.js';
import { OneHotCharacters } from '../encoders/char-cnn-rnn/one-hot-characters.js';

/** Comparison with every column; `OneHot` would read a 0 of ours as the last one. */
export const oneHotCharactersHandler = defineHandler({
  layers: [OneHotCharacters.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof OneHotCharacters)) throw context.unsupported('expected our OneHotCharacters');
    const columns = context.integers(
      Array.from({ length: layer.size }, (_, index) => index + 1),
      'columns',
    );
    const characters = context.cast(context.input(0), 'int64');
    const expanded = context.node('Unsqueeze', [characters, context.integers([2], 'axes')]);
    return context.cast(context.node('Equal', [expanded, columns]), 'float32');
  },
});

/**
 * The first step as a product of its own, whose result is the initial state of one ONNX `GRU` or `RNN` over the others.
 * ONNX's update gate is the share of the old state, so that ours is negated: sigmoid(-x) = 1 - sigmoid(x).
 */
export const inputStartRecurrenceHandler = defineHandler({
  layers: [InputStartGru.className, InputStartRnn.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof InputStartRecurrence)) throw context.unsupported('expected our recurrent layer');
    const isGru = layer instanceof InputStartGru;
    const { units } = layer;
    const negatedRows = isGru ? units : 0;
    const timeFirst = context.transpose(context.input(0), [1, 0, 2]);
    const steps = (from: number, to: number) =>
      context.node('Slice', [timeFirst, context.integers([from]), context.integers([to]), axis(context, 0)]);
    const first = startState(context, steps(0, 1), units, isGru ? 'tanh' : 'relu');
    const inputs = [
      steps(1, Number.MAX_SAFE_INTEGER),
      context.constant(kernelToOnnx(context, 'kernel', negatedRows), 'W'),
      context.constant(kernelToOnnx(context, 'recurrent_kernel', negatedRows), 'R'),
      context.constant(biasesToOnnx(context, negatedRows), 'B'),
      null,
      first,
    ];
    const attributes = { hidden_size: units, ...(isGru ? {} : { activations: ['Relu'] }) };
    // [time - 1, 1, batch, units]: the second axis counts directions.
    const states = context.node(isGru ? 'GRU' : 'RNN', inputs, { attributes });
    const others = context.node('Squeeze', [states, axis(context, 1)]);
    const all = context.node('Concat', [first, others], { attributes: { axis: 0 } });
    return context.transpose(all, [1, 0, 2]);
  },
});

/** `[1, batch, units]`, from the last `units` columns of the kernel: the candidate's, or all there are. */
function startState(
  context: LayerContext,
  firstStep: Value,
  units: number,
  activation: 'tanh' | 'relu',
): Value {
  const kernel = context.weight('kernel');
  const [channels = 0, width = 0] = kernel.shape;
  const columns = new Float32Array(channels * units);
  for (let channel = 0; channel < channels; channel++) {
    const end = (channel + 1) * width;
    columns.set(kernel.data.subarray(end - units, end), channel * units);
  }
  const bias = context.weight('bias').data.slice(width - units);
  const product = context.node('MatMul', [
    firstStep,
    context.constant({ shape: [channels, units], data: columns }, 'start_kernel'),
  ]);
  const sum = context.node('Add', [product, context.constant({ shape: [units], data: bias }, 'start_bias')]);
  return context.activation(sum, activation);
}

/** `[inputs, gates × units]` becomes `[1, gates × units, inputs]`, the first `negatedRows` rows with the other sign. */
function kernelToOnnx(context: LayerContext, name: string, negatedRows: number) {
  const { shape, data } = context.weight(name);
  const [inputs = 0, width = 0] = shape;
  const result = new Float32Array(data.length);
  for (let row = 0; row < width; row++) {
    const sign = row < negatedRows ? -1 : 1;
    for (let input = 0; input < inputs; input++) {
      result[row * inputs + input] = sign * (data[input * width + row] ?? 0);
    }
  }
  return { shape: [1, width, inputs], data: result };
}

/** The input's biases, then the recurrent ones: `[1, 2 × gates × units]`. */
function biasesToOnnx(context: LayerContext, negatedRows: number) {
  const data = ['bias', 'recurrent_bias'].flatMap((name) =>
    Array.from(context.weight(name).data, (value, index) => (index < negatedRows ? -value : value)),
  );
  return { shape: [1, data.length], data: Float32Array.from(data) };
}

function axis(context: LayerContext, index: number): Value {
  return context.integers([index], 'axes');
}
