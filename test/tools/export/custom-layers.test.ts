import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../src/sdk/errors.js';
import {
  convert,
  defineHandler,
  type LayerContext,
  standardHandlers,
  transposeTensor,
} from '../../../tools/export/index.js';
import { apply, compareWithOnnx, int32Tensor, modelOf } from './compare-with-onnx.js';

/** Scales by a weight and gives what is above and what is below zero as two outputs. */
class SignedParts extends tf.layers.Layer {
  static className = 'SignedParts';
  private scale: tf.LayerVariable | undefined;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const shape = inputShape as tf.Shape;
    this.scale = this.addWeight('scale', [shape.at(-1) ?? 1], 'float32', tf.initializers.ones());
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape[] {
    return [inputShape as tf.Shape, inputShape as tf.Shape];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor[] {
    return tf.tidy(() => {
      const x = Array.isArray(inputs) ? inputs[0] : inputs;
      const scaled = tf.mul(x as tf.Tensor, this.scale?.read() as tf.Tensor);
      return [tf.relu(scaled), tf.relu(tf.neg(scaled))];
    });
  }
}

const signedParts = defineHandler({
  layers: ['SignedParts'],
  emit: (context) => {
    const scaled = context.node('Mul', [context.input(), context.constant(context.weight('scale'), 'scale')]);
    return [context.node('Relu', [scaled]), context.node('Relu', [context.node('Neg', [scaled])])];
  },
});

/** An LSTM that stops at each row's true length, written naively. Inputs `[batch, time, channels]`, `[batch]`. */
class LengthLstm extends tf.layers.Layer {
  static className = 'LengthLstm';
  readonly units = 3;

  override build(inputShape: tf.Shape | tf.Shape[]): void {
    const [shape] = inputShape as tf.Shape[];
    const zeros = tf.initializers.zeros();
    this.addWeight('kernel', [shape?.at(-1) ?? 1, 4 * this.units], 'float32', zeros);
    this.addWeight('recurrent_kernel', [this.units, 4 * this.units], 'float32', zeros);
    this.addWeight('bias', [4 * this.units], 'float32', zeros);
    super.build(inputShape);
  }

  override computeOutputShape(inputShape: tf.Shape | tf.Shape[]): tf.Shape {
    const [shape = []] = inputShape as tf.Shape[];
    return [shape[0] ?? null, shape[1] ?? null, this.units];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [x, lengths] = inputs as [tf.Tensor3D, tf.Tensor1D];
      const [kernel, recurrent, bias] = this.weights.map((weight) => weight.read()) as [
        tf.Tensor2D,
        tf.Tensor2D,
        tf.Tensor1D,
      ];
      const [batch, time] = x.shape;
      let hidden = tf.zeros<tf.Rank.R2>([batch, this.units]);
      let cell = tf.zeros<tf.Rank.R2>([batch, this.units]);
      const outputs: tf.Tensor[] = [];
      for (let step = 0; step < time; step++) {
        const word = x.slice([0, step, 0], [-1, 1, -1]).squeeze<tf.Tensor2D>([1]);
        const gates = tf.matMul(word, kernel).add(tf.matMul(hidden, recurrent)).add(bias);
        const [i, f, c, o] = tf.split(gates, 4, 1) as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const next = tf
          .sigmoid(f)
          .mul(cell)
          .add(tf.sigmoid(i).mul(tf.tanh(c)));
        const alive = tf.greater(lengths, step).cast('float32').expandDims(1);
        const output = tf.sigmoid(o).mul(tf.tanh(next)).mul(alive);
        cell = next.mul<tf.Tensor2D>(alive).add(cell.mul(tf.sub(1, alive)));
        hidden = output.add<tf.Tensor2D>(hidden.mul(tf.sub(1, alive)));
        outputs.push(output);
      }
      return tf.stack(outputs, 1);
    });
  }
}

const lengthLstm = defineHandler({
  layers: ['LengthLstm'],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof LengthLstm)) throw context.unsupported('it is another class of that name');
    const x = context.transpose(context.input(0), [1, 0, 2]);
    const [outputs] = context.nodeOutputs(
      'LSTM',
      [
        x,
        gateMajor(context, 'kernel', layer.units),
        gateMajor(context, 'recurrent_kernel', layer.units),
        context.constant({ shape: [1, 8 * layer.units], data: onnxBias(context, layer.units) }, 'bias'),
        context.input(1),
        null,
        null,
      ],
      { attributes: { hidden_size: layer.units }, outputs: 3 },
    );
    // [time, directions, batch, units] without its one direction, batch first.
    const squeezed = context.node('Squeeze', [outputs ?? null, context.integers([1], 'axes')]);
    return context.transpose(squeezed, [1, 0, 2]);
  },
});

/** `[in, 4 units]`, gates i f c o, becomes `[1, 4 units, in]`, gates i o f c. */
function gateMajor(context: LayerContext, name: string, units: number) {
  const { shape, data } = transposeTensor(context.weight(name), [1, 0]);
  const [, size = 0] = shape;
  const gate = (index: number) => data.slice(index * units * size, (index + 1) * units * size);
  const reordered = Float32Array.of(...gate(0), ...gate(3), ...gate(1), ...gate(2));
  return context.constant({ shape: [1, 4 * units, size], data: reordered }, name);
}

/** `[4 units]`, gates i f c o, becomes i o f c, then as many zeros for the bias that TF.js does not have. */
function onnxBias(context: LayerContext, units: number): Float32Array {
  const { data } = context.weight('bias');
  const gate = (index: number) => data.slice(index * units, (index + 1) * units);
  const bias = new Float32Array(8 * units);
  bias.set([...gate(0), ...gate(3), ...gate(1), ...gate(2)]);
  return bias;
}

describe('a layer of one’s own', () => {
  it('is converted by a handler of one’s own, several outputs included', async () => {
    const x = tf.input({ shape: [4, 3], name: 'x' });
    const parts = new SignedParts({ name: 'parts' }).apply(x) as tf.SymbolicTensor[];
    const model = tf.model({ inputs: x, outputs: [apply(tf.layers.add(), parts), ...parts] });
    const converted = await compareWithOnnx(model, {
      handlers: [...standardHandlers, signedParts],
      outputs: [{ name: 'sum' }, { name: 'above' }, { name: 'below' }],
    });
    expect(converted.summary.operators).toMatchObject({ Relu: 2, Neg: 1, Mul: 1, Add: 1 });
  });

  it('may become an LSTM node with lengths', async () => {
    const x = tf.input({ shape: [null, 2], name: 'words' });
    const lengths = tf.input({ shape: [], dtype: 'int32', name: 'lengths' });
    const model = tf.model({
      inputs: [x, lengths],
      outputs: apply(new LengthLstm({ name: 'lstm' }), [x, lengths]),
    });
    const converted = await compareWithOnnx(model, {
      handlers: [...standardHandlers, lengthLstm],
      inputs: [{ name: 'words', dims: ['batch', 'time', 2] }, { name: 'lengths' }],
      outputs: [{ name: 'states', dims: ['batch', 'time', 3] }],
      verification: {
        cases: [
          { name: 'one row', inputs: { words: ramp([1, 4, 2]), lengths: int32Tensor([4], [1]) } },
          {
            name: 'rows of 1, 3 and 5',
            inputs: { words: ramp([3, 5, 2]), lengths: int32Tensor([1, 3, 5], [3]) },
          },
        ],
      },
    });
    expect(converted.summary.operators).toEqual({ Transpose: 2, LSTM: 1, Squeeze: 1 });
  });

  it('may take a class over from the standard handlers', () => {
    const doubled = defineHandler({
      layers: ['ReLU'],
      emit: (context) => context.node('Abs', [context.input()]),
    });
    const model = modelOf(tf.layers.reLU(), [3]);
    expect(convert(model, { handlers: [...standardHandlers, doubled] }).summary.operators).toEqual({
      Abs: 1,
    });
    expect(convert(model).summary.operators).toEqual({ Relu: 1 });
  });

  it('is refused by name where no handler knows it, with what is known and how to add it', () => {
    const x = tf.input({ shape: [3], name: 'x' });
    const [above] = new SignedParts({ name: 'parts' }).apply(x) as tf.SymbolicTensor[];
    const error = caught(() => convert(tf.model({ inputs: x, outputs: above as tf.SymbolicTensor })));
    expect(error.code).toBe('LAYER_UNSUPPORTED');
    expect(error.message).toContain('"parts" (SignedParts)');
    expect(error.message).toMatch(/Supported layer classes: .*Conv2D.*Dense/);
    expect(error.hint).toContain('defineHandler');
    expect(error.details).toMatchObject({ layers: [{ layer: 'parts', className: 'SignedParts' }] });
  });

  it('is refused where its handler asks for what is not there', () => {
    const emitters: [(context: LayerContext) => ReturnType<LayerContext['input']>, RegExp][] = [
      [(context) => context.input(1), /input number 1, received 1 inputs/],
      [(context) => context.constant(context.weight('slope')), /weight "slope", the layer has none/],
      [(context) => context.activation(context.input(), 'relu7'), /received "relu7"/],
    ];
    for (const [emit, message] of emitters) {
      const handlers = [...standardHandlers, defineHandler({ layers: ['ReLU'], emit })];
      const error = caught(() => convert(modelOf(tf.layers.reLU({ name: 'act' }), [3]), { handlers }));
      expect(error).toMatchObject({ code: 'LAYER_UNSUPPORTED', message: expect.stringMatching(message) });
      expect(error.message).toContain('"act" (ReLU)');
    }
  });

  it('is refused where its handler returns too few values', () => {
    const handlers = [...standardHandlers, defineHandler({ layers: ['ReLU'], emit: () => [] })];
    expect(() => convert(modelOf(tf.layers.reLU(), [3]), { handlers })).toThrowError(
      /returned 0 values for 1 outputs/,
    );
  });

  it('is refused where a fraction is given as an integer attribute', () => {
    const leaky = defineHandler({
      layers: ['ReLU'],
      emit: (context) => context.node('LeakyRelu', [context.input()], { attributes: { alpha: 0.2 } }),
    });
    const error = caught(() => convert(modelOf(tf.layers.reLU(), [3]), { handlers: [leaky] }));
    expect(error).toMatchObject({ code: 'MODEL_INVALID', hint: expect.stringContaining('float(0.5)') });
  });
});

function ramp(shape: readonly number[]) {
  const length = shape.reduce((size, n) => size * n, 1);
  return { shape, data: Float32Array.from({ length }, (_, index) => Math.sin(index)) };
}

function caught(run: () => unknown): WordbrushError {
  try {
    run();
  } catch (error) {
    if (error instanceof WordbrushError) return error;
    throw error;
  }
  throw new Error('Expected a WordbrushError, nothing was thrown.');
}
