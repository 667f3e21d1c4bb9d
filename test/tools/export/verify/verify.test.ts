import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../../src/sdk/errors.js';
import {
  convert,
  defineHandler,
  type GraphPass,
  standardHandlers,
  standardPasses,
  type VerifyOptions,
  verify,
} from '../../../../tools/export/index.js';
import { maxAbsoluteDifference } from '../../../../tools/export/verify/difference.js';
import {
  apply,
  applyAll,
  int32Tensor,
  modelOf,
  randomiseWeights,
  seededNormals,
} from '../compare-with-onnx.js';

function imageModel(): tf.LayersModel {
  const block = (name: string) =>
    tf.sequential({
      name,
      layers: [
        tf.layers.conv2d({
          inputShape: [4, 4, 2],
          filters: 2,
          kernelSize: 3,
          padding: 'same',
          name: `${name}_conv`,
        }),
        tf.layers.leakyReLU({ alpha: 0.2, name: `${name}_lrelu` }),
      ],
    });
  const x = tf.input({ shape: [4, 4, 2], name: 'x' });
  const model = tf.model({ inputs: x, outputs: applyAll([block('first'), block('second')], x) });
  randomiseWeights(model);
  return model;
}

/** LeakyReLU as someone might get it wrong. */
const wrongSlope = defineHandler({
  layers: ['LeakyReLU'],
  emit: (context) => context.node('LeakyRelu', [context.input()]),
});

async function rejected(promise: Promise<unknown>): Promise<WordbrushError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof WordbrushError) return error;
  throw new Error(`Expected a WordbrushError, received ${String(error)}`);
}

describe('verify', () => {
  it('reports the largest difference of each case, batch size and optimisation level', async () => {
    const model = imageModel();
    const result = await verify(model, convert(model, { outputs: [{ name: 'image' }] }), {
      random: seededNormals(),
      batchSizes: [1, 2, 5],
    });
    expect(result.tolerance).toBe(1e-4);
    expect(result.maxAbsoluteDifference).toBeLessThan(1e-5);
    const names = ['random, batch 1', 'random, batch 2', 'random, batch 5'];
    expect(result.cases.map(({ name, optimization }) => [optimization, name])).toEqual([
      ...names.map((name) => ['disabled', name]),
      ...names.map((name) => ['all', name]),
    ]);
    for (const { maxAbsoluteDifference: differences } of result.cases) {
      expect(differences.image).toBeLessThanOrEqual(result.maxAbsoluteDifference);
    }
  });

  it('names the layer and the node that differ first, inside a nested model too', async () => {
    const model = imageModel();
    const before = tf.memory().numTensors;
    const converted = convert(model, {
      handlers: [...standardHandlers, wrongSlope],
      outputs: [{ name: 'image' }],
    });
    const error = await rejected(verify(model, converted, { random: seededNormals() }));
    expect(error.code).toBe('EXPORT_MISMATCH');
    expect(error.message).toContain('"first/first_lrelu" (LeakyReLU), at node "first/first_lrelu/LeakyRelu"');
    expect(error.message).toMatch(/agree within 0.0001, but "image" differs by \d/);
    expect(error.details).toMatchObject({
      case: 'random, batch 1',
      origin: {
        in: 'handler',
        layer: 'first/first_lrelu',
        className: 'LeakyReLU',
        node: 'first/first_lrelu/LeakyRelu',
      },
    });
    expect(tf.memory().numTensors).toBe(before);
  });

  it('names the pass that breaks a graph whose layers all agree', async () => {
    const harmful: GraphPass = {
      name: 'flip-slopes',
      run: (graph) => {
        const leaky = graph.nodes.find((node) => node.op === 'LeakyRelu');
        if (leaky === undefined) return false;
        graph.nodes = graph.nodes.map((node) =>
          node === leaky ? { ...node, op: 'Relu', attributes: {} } : node,
        );
        return true;
      },
    };
    const model = imageModel();
    const converted = convert(model, { passes: [...standardPasses, harmful] });
    const error = await rejected(verify(model, converted, { random: seededNormals() }));
    expect(error.message).toContain('the pass "flip-slopes" changes the result');
    expect(error.details).toMatchObject({ origin: { in: 'pass', pass: 'flip-slopes' } });
  });

  it('needs no model once TensorFlow.js has computed, if it may be released', async () => {
    const model = imageModel();
    const before = tf.memory().numTensors;
    const options = { random: seededNormals(), release: () => void model.dispose() };
    const result = await verify(model, convert(model), options);
    expect(result.maxAbsoluteDifference).toBeLessThan(1e-5);
    expect(tf.memory().numTensors).toBeLessThan(before);
  });

  it('reports a graph that ONNX Runtime refuses', async () => {
    const bad = defineHandler({
      layers: ['ReLU'],
      emit: (context) => context.node('Rectify', [context.input()]),
    });
    const model = modelOf(tf.layers.reLU(), [3]);
    const error = await rejected(
      verify(model, convert(model, { handlers: [bad] }), { random: seededNormals() }),
    );
    expect(error.code).toBe('MODEL_INVALID');
    expect(error.message).toContain('Rectify');
  });

  it('takes inputs of the caller, in the layout of the graph', async () => {
    const model = imageModel();
    const inputs = { x: { shape: [1, 2, 4, 4], data: seededNormals()(32) } };
    const converted = convert(model, { inputs: [{ name: 'x', layout: 'nchw' }] });
    const result = await verify(model, converted, { cases: [{ name: 'mine', inputs }] });
    expect(result.cases.map(({ name }) => name)).toEqual(['mine', 'mine']);
  });

  it('refuses to verify on nothing, and on inputs that cannot be made up', async () => {
    const ids = modelOf(tf.layers.embedding({ inputDim: 4, outputDim: 2 }), [3], 'int32');
    const sequence = modelOf(tf.layers.reLU(), [null, 2]);
    const random = seededNormals();
    const refused: [tf.LayersModel, VerifyOptions, RegExp][] = [
      [ids, {}, /neither "cases" nor "random"/],
      [ids, { random }, /takes int32/],
      [sequence, { random }, /"x_1" of input "x" is free/],
    ];
    for (const [model, options, message] of refused) {
      const error = await rejected(verify(model, convert(model), options));
      expect(error).toMatchObject({ code: 'INVALID_OPTION', message: expect.stringMatching(message) });
    }
    await verify(sequence, convert(sequence), { random, sizes: { x_1: 4 } });
  });

  it('holds outputs of integers to the same tolerance', async () => {
    const x = tf.input({ shape: [2], dtype: 'int32', name: 'x' });
    const model = tf.model({
      inputs: x,
      outputs: apply(tf.layers.flatten(), apply(tf.layers.repeatVector({ n: 2 }), x)),
    });
    const cases = [{ name: 'ids', inputs: { x: int32Tensor([1, 2, 3, 4], [2, 2]) } }];
    const result = await verify(model, convert(model), { cases });
    expect(result.maxAbsoluteDifference).toBe(0);
  });
});

describe('maxAbsoluteDifference', () => {
  const tensor = (...values: number[]) => ({ shape: [values.length], data: Float32Array.from(values) });
  it('is infinite for a NaN on one side, another shape, or nothing at all', () => {
    expect(maxAbsoluteDifference(tensor(1, Number.NaN), tensor(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(maxAbsoluteDifference(tensor(1), tensor(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(maxAbsoluteDifference(undefined, tensor(1))).toBe(Number.POSITIVE_INFINITY);
    expect(maxAbsoluteDifference(tensor(Number.POSITIVE_INFINITY), tensor(1))).toBe(Number.POSITIVE_INFINITY);
  });

  it('is zero for equal infinities and NaNs, and the largest difference elsewhere', () => {
    const odd = tensor(Number.NaN, Number.POSITIVE_INFINITY);
    expect(maxAbsoluteDifference(odd, odd)).toBe(0);
    expect(maxAbsoluteDifference(tensor(1, -2, 3), tensor(1.5, 2, 3))).toBe(4);
  });
});
