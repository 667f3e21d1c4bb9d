import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { convert, defineHandler, standardHandlers, verify } from '../../../tools/export/index.js';
import { apply, applyAll, compareWithOnnx, int32Tensor, randomiseWeights } from './compare-with-onnx.js';
import { idCases, sequenceCases } from './sequence-cases.js';

const TOLERANCE = 1e-5;

const words = () => tf.layers.embedding({ inputDim: 6, outputDim: 4, maskZero: true });
const lstm = (options: object = {}) => tf.layers.lstm({ units: 4, returnSequences: true, ...options });
const idsInput = (time: number | null = null, name = 'ids') =>
  tf.input({ shape: [time], dtype: 'int32', name });

/** Compares a chain of layers behind ids with padding; with a fixed length, on batches of that length. */
async function compareChain(layers: readonly tf.layers.Layer[], time: number | null = null) {
  const ids = idsInput(time);
  const cases = time === null ? idCases() : idCases().slice(0, 1);
  const model = tf.model({ inputs: ids, outputs: applyAll(layers, ids) });
  return compareWithOnnx(model, { tolerance: TOLERANCE, verification: { cases } });
}

describe('masks', () => {
  it('come from Masking, which also sets masked steps to its value times nothing', async () => {
    const x = tf.input({ shape: [null, 2], name: 'x' });
    const data = Float32Array.from({ length: 2 * 5 * 2 }, (_, at) => (at % 8 < 4 ? 0.5 : at));
    const cases = [...sequenceCases(2), { name: 'masked', inputs: { x: { shape: [2, 5, 2], data } } }];
    const masked = apply(tf.layers.masking({ maskValue: 0.5 }), x);
    await compareWithOnnx(tf.model({ inputs: x, outputs: [masked, apply(lstm(), masked)] }), {
      tolerance: TOLERANCE,
      verification: { cases },
    });
  });

  it('pass through layers that support them', async () => {
    await compareChain([
      words(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({ units: 3 }),
      tf.layers.activation({ activation: 'tanh' }),
      tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4 }) }),
      tf.layers.batchNormalization(),
      lstm(),
      lstm({ goBackwards: true }),
      lstm({ returnSequences: false }),
    ]);
  });

  it('are not looked at by pooling over time', async () => {
    await compareChain([words(), tf.layers.globalAveragePooling1d({})]);
    await compareChain([words(), lstm(), tf.layers.globalMaxPooling1d({})]);
  });

  it('outlive layers that do not support them, as in TF.js', async () => {
    await compareChain(
      [words(), tf.layers.conv1d({ filters: 3, kernelSize: 3, padding: 'same' }), lstm()],
      6,
    );
    await compareChain([words(), tf.layers.permute({ dims: [1, 2] }), lstm()], 6);
  });

  it.each([false, true])(
    'of the words are used by a decoder behind RepeatVector, backwards: %s',
    async (back) => {
      for (const steps of [6, 4]) {
        const decoder = lstm({ goBackwards: back });
        const encoder = lstm({ returnSequences: false });
        await compareChain([words(), encoder, tf.layers.repeatVector({ n: steps }), decoder], 6);
      }
      const free = [words(), lstm({ returnSequences: false }), tf.layers.repeatVector({ n: 1 }), lstm()];
      await compareChain(free);
    },
  );

  it('that are too short for a decoder are refused, since TF.js fails', () => {
    const ids = idsInput(3);
    const layers = [words(), lstm({ returnSequences: false }), tf.layers.repeatVector({ n: 4 }), lstm()];
    expect(() => convert(tf.model({ inputs: ids, outputs: applyAll(layers, ids) }))).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('mask of 3') }),
    );
  });

  it('take padding out of a Softmax over time', async () => {
    await compareChain(
      [words(), lstm(), tf.layers.dense({ units: 1 }), tf.layers.flatten(), tf.layers.softmax({ axis: -1 })],
      6,
    );
  });

  it('are joined by Concatenate along features and along time', async () => {
    for (const axis of [-1, 1]) {
      const [a, b] = [idsInput(null, 'a'), idsInput(null, 'b')];
      const joined = apply(tf.layers.concatenate({ axis }), [apply(words(), a), apply(words(), b)]);
      const cases = [{ a: [1, 0, 2, 0, 0, 0], b: [0, 0, 3, 4, 5, 0] }].map(({ a: left, b: right }) => ({
        name: 'two sentences',
        inputs: { a: int32Tensor(left, [2, 3]), b: int32Tensor(right, [2, 3]) },
      }));
      await compareWithOnnx(tf.model({ inputs: [a, b], outputs: apply(lstm(), joined) }), {
        tolerance: TOLERANCE,
        verification: { cases },
      });
    }
  });

  it('of one input are kept by Concatenate with an input that has none', async () => {
    const ids = idsInput();
    const table = tf.layers.embedding({ inputDim: 6, outputDim: 2 });
    const joined = apply(tf.layers.concatenate(), [apply(table, ids), apply(words(), ids)]);
    await compareWithOnnx(tf.model({ inputs: ids, outputs: apply(lstm(), joined) }), {
      tolerance: TOLERANCE,
      verification: { cases: idCases() },
    });
  });

  it('joined by Add are of no use to TF.js, and refused', async () => {
    const ids = idsInput(3);
    const sum = apply(tf.layers.add(), [apply(words(), ids), apply(words(), ids)]);
    expect(() => convert(tf.model({ inputs: ids, outputs: apply(lstm(), sum) }))).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('rank 3') }),
    );
    const pooled = apply(tf.layers.globalAveragePooling1d({}), sum);
    const cases = [{ name: 'padded', inputs: { ids: int32Tensor([1, 0, 2], [1, 3]) } }];
    await compareWithOnnx(tf.model({ inputs: ids, outputs: pooled }), { verification: { cases } });
  });

  it('end at a nested model, but reach its layers', async () => {
    const x = tf.input({ shape: [6, 4] });
    const inner = tf.model({ inputs: x, outputs: apply(lstm(), x) });
    const ids = idsInput(6);
    const outputs = apply(lstm(), apply(inner, apply(words(), ids)));
    await compareWithOnnx(tf.model({ inputs: ids, outputs }), {
      tolerance: TOLERANCE,
      verification: { cases: idCases().slice(0, 1) },
    });
  });

  it('inside a nested model stay there', async () => {
    const innerIds = idsInput(6, 'inner');
    const inner = tf.model({ inputs: innerIds, outputs: apply(lstm(), apply(words(), innerIds)) });
    const ids = idsInput(6);
    await compareWithOnnx(tf.model({ inputs: ids, outputs: apply(lstm(), apply(inner, ids)) }), {
      tolerance: TOLERANCE,
      verification: { cases: idCases().slice(0, 1) },
    });
  });

  it('reach the handlers of custom layers, which may pass them on', async () => {
    class MaskedSum extends tf.layers.Layer {
      static className = 'MaskedSum';
      override supportsMasking = true;
      override computeOutputShape([batch = null, , features = null]: (number | null)[]): tf.Shape {
        return [batch, features];
      }
      override computeMask(): tf.Tensor {
        return null as unknown as tf.Tensor;
      }
      override call(inputs: tf.Tensor | tf.Tensor[], { mask }: { mask?: tf.Tensor }): tf.Tensor {
        const [x] = inputs as [tf.Tensor];
        return tf.tidy(() =>
          tf.sum(tf.mul(x, tf.expandDims(tf.cast(mask ?? tf.ones([1]), 'float32'), -1)), 1),
        );
      }
    }
    const maskedSum = defineHandler({
      layers: ['MaskedSum'],
      emit: (context) => {
        const mask = context.mask;
        if (mask === undefined) throw context.unsupported('it has no mask');
        const counts = context.node('Unsqueeze', [
          context.cast(mask, 'float32'),
          context.integers([2], 'axes'),
        ]);
        const product = context.node('Mul', [context.input(), counts]);
        return context.node('ReduceSum', [product, context.integers([1], 'axes')], {
          attributes: { keepdims: 0 },
        });
      },
      mask: () => undefined,
    });
    const ids = idsInput();
    const model = tf.model({ inputs: ids, outputs: apply(new MaskedSum({}), apply(words(), ids)) });
    const handlers = [...standardHandlers, maskedSum];
    await compareWithOnnx(model, { handlers, tolerance: TOLERANCE, verification: { cases: idCases() } });
    const { mask: _, ...silent } = maskedSum;
    expect(() => convert(model, { handlers: [...standardHandlers, silent] })).toThrowError(
      expect.objectContaining({ code: 'LAYER_UNSUPPORTED', message: expect.stringContaining('"mask"') }),
    );
  });
});

describe('a difference behind masks', () => {
  it('is found in the layer that brings it in, not in the masked ones before it', async () => {
    const wrong = defineHandler({
      layers: ['Dense'],
      emit: (context) => context.node('Neg', [context.input()]),
    });
    const ids = idsInput();
    const layers = [
      words(),
      lstm(),
      lstm({ returnSequences: false }),
      tf.layers.dense({ units: 4, name: 'last' }),
    ];
    const model = tf.model({ inputs: ids, outputs: applyAll(layers, ids) });
    randomiseWeights(model);
    const converted = convert(model, { handlers: [...standardHandlers, wrong] });
    await expect(verify(model, converted, { cases: idCases() })).rejects.toThrowError(
      expect.objectContaining({
        code: 'EXPORT_MISMATCH',
        message: expect.stringContaining('"last" (Dense)'),
      }),
    );
  });
});

describe('sequence to sequence', () => {
  it('hands the states of one layer to the next, over several layers', async () => {
    const source = tf.input({ shape: [null, 3], name: 'source' });
    const target = tf.input({ shape: [null, 3], name: 'target' });
    const outputsOf = (layer: tf.layers.Layer, inputs: tf.SymbolicTensor[]) =>
      layer.apply(inputs) as tf.SymbolicTensor[];
    const [first, ...firstStates] = outputsOf(lstm({ returnState: true }), [source]);
    const [, ...secondStates] = outputsOf(lstm({ returnState: true }), [first ?? source]);
    const decoded = apply(lstm(), [target, ...firstStates]);
    const again = apply(lstm(), [decoded, ...secondStates]);
    const [from, to] = [sequenceCases(3, [[2, 5]], 'source'), sequenceCases(3, [[2, 4]], 'target')];
    const inputs = { ...from[0]?.inputs, ...to[0]?.inputs };
    await compareWithOnnx(tf.model({ inputs: [source, target], outputs: again }), {
      tolerance: TOLERANCE,
      verification: { cases: [{ name: 'five to four', inputs }] },
    });
  });
});

/** Layers that may follow a sequence of four features; each gives one again. */
const STEPS: readonly ((dial: number) => tf.layers.Layer)[] = [
  (dial) => lstm({ goBackwards: dial % 2 === 1, recurrentActivation: dial % 3 ? 'sigmoid' : 'hardSigmoid' }),
  (dial) => tf.layers.gru({ units: 4, returnSequences: true, goBackwards: dial % 2 === 1 }),
  (dial) => tf.layers.simpleRNN({ units: 4, returnSequences: true, useBias: dial % 2 === 1 }),
  (dial) =>
    tf.layers.bidirectional({
      layer: lstm({ goBackwards: dial % 3 === 2 }) as tf.RNN,
      mergeMode: (['sum', 'mul', 'ave'] as const)[dial % 3] ?? 'sum',
    }),
  () => tf.layers.dense({ units: 4, activation: 'tanh' }),
  () => tf.layers.timeDistributed({ layer: tf.layers.dense({ units: 4 }) }),
  (dial) => tf.layers.conv1d({ filters: 4, kernelSize: 1 + (dial % 3), padding: 'same' }),
  () => tf.layers.masking({ maskValue: 0 }),
  () => tf.layers.dropout({ rate: 0.3 }),
  () => tf.layers.layerNormalization(),
];

describe('random stacks', () => {
  it('equal TF.js, masks and their leftovers included', async () => {
    const steps = fc.array(fc.record({ step: fc.nat(STEPS.length - 1), dial: fc.nat(5) }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (chosen, isMasked) => {
        const ids = idsInput(6);
        const table = tf.layers.embedding({ inputDim: 6, outputDim: 4, maskZero: isMasked });
        const layers = [table, ...chosen.flatMap(({ step, dial }) => STEPS[step]?.(dial) ?? [])];
        const model = tf.model({ inputs: ids, outputs: applyAll(layers, ids) });
        randomiseWeights(model);
        const [cases] = [idCases().slice(0, 1)];
        await verify(model, convert(model, { passes: [] }), { cases, tolerance: 1e-4 });
        await verify(model, convert(model), { cases, tolerance: 1e-4 });
        model.dispose();
      }),
      { seed: 5, numRuns: 30 },
    );
  });
});
