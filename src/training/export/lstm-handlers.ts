import { defineHandler, type LayerContext, type Value } from '../../../tools/export/index.js';
import { FinalStates } from '../layers/final-states.js';
import { LengthMask } from '../layers/length-mask.js';
import { LstmDirection } from '../layers/lstm-direction.js';

/** `[batch, time]`, 1 at words and 0 at padding. */
export const lengthMaskHandler = defineHandler({
  layers: [LengthMask.className],
  emit: (context) => {
    const lengths = context.node('Unsqueeze', [context.input(1), context.integers([1], 'axes')]);
    const isWord = context.node('Less', [
      positions(context, context.input(0)),
      context.cast(lengths, 'int64'),
    ]);
    return context.cast(isWord, 'float32');
  },
});

/** One ONNX LSTM: its `sequence_lens` make the backward direction start at the true last word. */
export const lstmDirectionHandler = defineHandler({
  layers: [LstmDirection.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof LstmDirection)) throw context.unsupported('expected our LstmDirection');
    const timeFirst = context.transpose(context.input(0), [1, 0, 2]);
    const lengths = context.node('ReduceSum', [context.input(1), context.integers([1], 'axes')], {
      attributes: { keepdims: 0 },
    });
    const bias = context.weight('bias');
    // ONNX keeps PyTorch's two biases apart; ours is their sum, so the second is zero.
    const biases = new Float32Array(8 * layer.units);
    biases.set(gatesToOnnx(bias.data, 1, layer.units));
    const inputs = [
      timeFirst,
      context.constant(kernelToOnnx(context, 'kernel', layer.units), 'W'),
      context.constant(kernelToOnnx(context, 'recurrent_kernel', layer.units), 'R'),
      context.constant({ shape: [1, 8 * layer.units], data: biases }, 'B'),
      context.cast(lengths, 'int32'),
    ];
    const direction = layer.backward ? 'reverse' : 'forward';
    const attributes = { hidden_size: layer.units, direction };
    // [time, 1, batch, units]: the second axis counts directions.
    const states = context.node('LSTM', inputs, { attributes });
    const single = context.node('Squeeze', [states, context.integers([1], 'directions')]);
    return context.transpose(single, [1, 0, 2]);
  },
});

/** The forward half at the last word, the backward half at the first. */
export const finalStatesHandler = defineHandler({
  layers: [FinalStates.className],
  emit: (context) => {
    const states = context.input(0);
    const units = Number(context.outputShapes[0]?.at(-1)) / 2;
    const axis = (index: number) => context.integers([index], 'axes');
    const half = (from: number, to: number) =>
      context.node('Slice', [states, context.integers([from]), context.integers([to]), axis(2)]);
    const last = context.node('Sub', [
      context.cast(context.input(1), 'int64'),
      context.constant({ shape: [], data: BigInt64Array.of(1n) }, 'one'),
    ]);
    const isLast = context.node('Equal', [
      positions(context, states),
      context.node('Unsqueeze', [last, axis(1)]),
    ]);
    const mask = context.node('Unsqueeze', [context.cast(isLast, 'float32'), axis(2)]);
    const attributes = { keepdims: 0 };
    const forward = context.node('ReduceSum', [context.node('Mul', [half(0, units), mask]), axis(1)], {
      attributes,
    });
    const first = [half(units, 2 * units), context.integers([0]), context.integers([1]), axis(1)];
    const backward = context.node('Squeeze', [context.node('Slice', first), axis(1)]);
    return context.node('Concat', [forward, backward], { attributes: { axis: 1 } });
  },
});

/** 0, 1, 2, ... along the time axis of `value` (`[batch, time, ...]`), int64. */
function positions(context: LayerContext, value: Value): Value {
  const shape = context.node('Shape', [value]);
  const scalar = (number: bigint, name: string) =>
    context.constant({ shape: [], data: BigInt64Array.of(number) }, name);
  const time = context.node('Gather', [shape, scalar(1n, 'time_axis')]);
  return context.node('Range', [scalar(0n, 'start'), time, scalar(1n, 'step')]);
}

/** `[inputs, 4 units]` in TF.js's gate order becomes `[1, 4 units, inputs]` in that of ONNX. */
function kernelToOnnx(context: LayerContext, name: string, units: number) {
  const { shape, data } = context.weight(name);
  const inputs = shape[0] ?? 0;
  return { shape: [1, 4 * units, inputs], data: gatesToOnnx(data, inputs, units) };
}

/** Rows of `[inputs, gates of `units`]`, input-forget-cell-output, as `[gates, inputs]`, input-output-forget-cell. */
function gatesToOnnx(data: Float32Array, inputs: number, units: number): Float32Array {
  const result = new Float32Array(data.length);
  for (const [target, source] of [0, 3, 1, 2].entries()) {
    for (let unit = 0; unit < units; unit++) {
      for (let input = 0; input < inputs; input++) {
        const value = data[input * 4 * units + source * units + unit] ?? 0;
        result[(target * units + unit) * inputs + input] = value;
      }
    }
  }
  return result;
}
