import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  type ConvertedModel,
  convert,
  drawCases,
  type GraphNode,
  type TensorData,
  verify,
} from '../../../../tools/export/index.js';
import { applyPrecision } from '../../../../tools/export/precision/precision.js';
import { runOnnx } from '../../../../tools/export/verify/onnx-session.js';
import { writeModel } from '../../../../tools/export/writer/write-model.js';
import { apply, applyAll, modelOf, randomiseWeights, seededNormals } from '../compare-with-onnx.js';
import { layerExamples } from '../layer-examples/index.js';
import { collectModel } from '../onnx-package/collect-model.js';
import { TestGraph } from '../passes/build-graph.js';

const random = seededNormals();

/** A generator in small: vector to picture from -1 to 1, every kernel large enough to be stored in fewer bits. */
function generator(): tf.LayersModel {
  const block = (filters: number) => [
    tf.layers.upSampling2d({ size: [2, 2] }),
    tf.layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false }),
    tf.layers.batchNormalization(),
    tf.layers.leakyReLU({ alpha: 0.2 }),
  ];
  const z = tf.input({ shape: [32], name: 'z' });
  const image = applyAll(
    [
      tf.layers.dense({ units: 4 * 4 * 32 }),
      tf.layers.reshape({ targetShape: [4, 4, 32] }),
      ...block(32),
      tf.layers.conv2dTranspose({ filters: 24, kernelSize: 4, strides: 2, padding: 'same' }),
      tf.layers.leakyReLU({ alpha: 0.2 }),
      ...block(16),
      tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same' }),
      tf.layers.batchNormalization(),
      tf.layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', activation: 'tanh' }),
    ],
    z,
  );
  const model = tf.model({ inputs: z, outputs: image });
  initialise(model);
  return model;
}

/** Weights of the size that training starts from, so that the picture is neither grey nor cut. */
function initialise(model: tf.LayersModel): void {
  randomiseWeights(model);
  for (const weight of model.weights) {
    const fanIn = weight.shape.slice(0, -1).reduce<number>((product, side) => product * (side ?? 1), 1);
    if (weight.shape.length < 2) continue;
    tf.tidy(() => {
      weight.write(weight.read().mul(2 / Math.sqrt(fanIn)));
    });
  }
}

function sentences(): tf.LayersModel {
  const ids = tf.input({ shape: [6], dtype: 'int32', name: 'ids' });
  const words = apply(tf.layers.embedding({ inputDim: 50, outputDim: 24 }), ids);
  const model = tf.model({
    inputs: ids,
    outputs: apply(tf.layers.dense({ units: 48, activation: 'tanh' }), words),
  });
  initialise(model);
  return model;
}

/** A classifier of padded sentences whose table and gates are all large enough to be stored in fewer bits. */
function classifier(): tf.LayersModel {
  const ids = tf.input({ shape: [null], name: 'ids' });
  const words = apply(tf.layers.embedding({ inputDim: 60, outputDim: 24, maskZero: true }), ids);
  const layers = [
    tf.layers.bidirectional({ layer: tf.layers.lstm({ units: 16, returnSequences: true }) as tf.RNN }),
    tf.layers.gru({ units: 24 }),
    tf.layers.dense({ units: 48, activation: 'tanh' }),
  ];
  const model = tf.model({ inputs: ids, outputs: applyAll(layers, words) });
  initialise(model);
  return model;
}

async function measure(model: tf.LayersModel, converted: ConvertedModel) {
  collectModel(converted.bytes);
  return await verify(model, converted, { random });
}

describe('fp16 weights', () => {
  it('halve the file and change a picture by less than 2e-2, arithmetic in fp32 behind a Cast', async () => {
    const model = generator();
    const exact = convert(model);
    const converted = convert(model, { precision: 'fp16' });
    const { weightBytes, fp32WeightBytes, operators, parameterCount } = converted.summary;
    expect(fp32WeightBytes).toBe(exact.summary.weightBytes);
    expect(parameterCount).toBe(exact.summary.parameterCount);
    // Its last kernels are too small to be stored otherwise.
    expect(weightBytes / fp32WeightBytes).toBeLessThan(0.6);
    expect(converted.bytes.length / exact.bytes.length).toBeLessThan(0.7);
    const { Cast = 0, ...others } = operators;
    expect(Cast).toBeGreaterThanOrEqual(5);
    expect(others).toEqual(exact.summary.operators);
    const result = await measure(model, converted);
    expect(result.exactMaxAbsoluteDifference).toBeLessThan(1e-5);
    expect(result.maxAbsoluteDifference).toBeGreaterThan(0);
    expect(result.maxAbsoluteDifference).toBeLessThan(2e-2);
    expect(result.psnrDb).toBeGreaterThan(60);
  });

  it('leave biases and numbers beyond half precision as they are', () => {
    const t = new TestGraph();
    const constant = (shape: number[], value: number) =>
      t.constant({ shape, data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(value) });
    const [kernel, bias, huge] = [constant([64, 64], 0.1), constant([64], 0.1), constant([64, 64], 7e4)];
    t.output('y', t.node('MatMul', [t.node('Gemm', [t.input('x', [1, 64]), kernel, bias]), huge]));
    applyPrecision(t.graph, { precision: 'fp16', arithmetic: 'fp32' });
    expect(t.graph.constant(kernel)).toBeUndefined();
    expect(t.graph.constant(bias)?.data).toBeInstanceOf(Float32Array);
    expect(t.graph.constant(huge)?.data).toBeInstanceOf(Float32Array);
    expect(t.graph.nodes.map(({ op }) => op).sort()).toEqual(['Cast', 'Gemm', 'Identity', 'MatMul']);
  });
});

describe('fp16 arithmetic', () => {
  it('computes everything in half precision, with float32 at both ends', async () => {
    const model = generator();
    const converted = convert(model, { precision: 'fp16', arithmetic: 'fp16' });
    const types = new Set(
      converted.graph.nodes.flatMap(({ outputs }) => outputs.map(({ dataType }) => dataType)),
    );
    expect(types).toEqual(new Set(['float16', 'float32']));
    const float32 = converted.graph.nodes.filter(({ outputs }) => outputs[0]?.dataType === 'float32');
    expect(float32.map(({ op }) => op)).toEqual(['Cast']);
    expect(converted.summary.inputs[0]?.dataType).toBe('float32');
    expect(converted.summary.outputs[0]?.dataType).toBe('float32');
    expect((await measure(model, converted)).maxAbsoluteDifference).toBeLessThan(2e-2);
  });

  it('has a form of every layer that ONNX Runtime loads', async () => {
    for (const { models, comparison = {} } of layerExamples) {
      const { verification: _, tolerance: __, ...options } = comparison;
      for (const make of models) {
        const model = make();
        const { bytes } = convert(model, { ...options, precision: 'fp16', arithmetic: 'fp16' });
        collectModel(bytes);
        expect(await runOnnx(bytes, 'disabled', [])).toEqual([]);
        model.dispose();
      }
    }
  });

  it('leaves ids alone', async () => {
    const model = sentences();
    const converted = convert(model, { precision: 'fp16', arithmetic: 'fp16' });
    const cases = [{ name: 'ids', inputs: { ids: idsOf(2) } }];
    collectModel(converted.bytes);
    expect((await verify(model, converted, { cases })).maxAbsoluteDifference).toBeLessThan(1e-2);
  });
});

describe('int8 weights', () => {
  it('quarter the file and keep pictures at 35 dB and more', async () => {
    const model = generator();
    const converted = convert(model, { precision: 'int8' });
    const { weightBytes, fp32WeightBytes, operators } = converted.summary;
    expect(weightBytes / fp32WeightBytes).toBeLessThan(0.4);
    expect(operators.DequantizeLinear).toBeGreaterThanOrEqual(5);
    const result = await measure(model, converted);
    expect(result.exactMaxAbsoluteDifference).toBeLessThan(1e-5);
    expect(result.psnrDb).toBeGreaterThan(35);
    for (const { differences } of result.cases) {
      for (const { psnrDb, relativeL2 } of Object.values(differences)) {
        expect(psnrDb).toBeGreaterThanOrEqual(result.psnrDb ?? Number.NaN);
        expect(relativeL2).toBeLessThanOrEqual(result.relativeL2);
      }
    }
  });

  it('have tables of embeddings with a scale for each row', async () => {
    const model = sentences();
    const converted = convert(model, { precision: 'int8' });
    collectModel(converted.bytes);
    expect(converted.summary.operators.DequantizeLinear).toBe(2);
    const scales = [...converted.graph.initializers.values()].filter(({ shape }) => shape[0] === 50);
    expect(scales.map(({ shape }) => shape)).toEqual([[50, 24], [50]]);
    const result = await verify(model, converted, { cases: [{ name: 'ids', inputs: { ids: idsOf(2) } }] });
    expect(result.maxAbsoluteDifference).toBeLessThan(2e-2);
    expect(result.psnrDb).toBeNull();
  });

  it('are the nearest of 255 levels for each output channel, a channel of zeros included', () => {
    const kernel = Float32Array.from({ length: 4 * 512 }, (_, index) => {
      const channel = index % 4;
      return channel === 3 ? 0 : 10 ** channel * Math.sin(index);
    });
    const t = new TestGraph();
    const weight = t.constant({ shape: [512, 4], data: kernel });
    t.output('y', t.node('MatMul', [t.input('x', [1, 512]), weight]));
    applyPrecision(t.graph, { precision: 'int8', arithmetic: 'fp32' });
    const node = t.graph.nodes.find(({ op }) => op === 'DequantizeLinear');
    expect(node?.attributes).toEqual({ axis: 1 });
    const [levels, scales] = (node?.inputs ?? []).map((value) => t.graph.constant(value));
    expect(levels?.data).toBeInstanceOf(Int8Array);
    for (const [index, value] of kernel.entries()) {
      const scale = at(scales, index % 4);
      expect(Math.abs(at(levels, index) * scale - value)).toBeLessThanOrEqual(scale * 0.5001);
      expect(Math.abs(at(levels, index))).toBeLessThanOrEqual(127);
    }
    expect(at(scales, 3)).toBe(1);
  });

  it.each([
    ['Conv', 1, [64, 4, 3, 3], 0, {}],
    ['ConvTranspose', 1, [4, 64, 3, 3], 1, {}],
    ['Gemm', 1, [64, 32], 1, {}],
    ['Gemm', 1, [64, 32], 0, { transB: 1 }],
    ['MatMul', 0, [64, 32], 0, {}],
    ['MatMul', 1, [2, 64, 32], 2, {}],
    ['Gather', 0, [64, 32], 0, { axis: 0 }],
    ['LSTM', 1, [2, 64, 16], 1, {}],
    ['GRU', 2, [1, 48, 32], 1, {}],
  ])('of %s at input %d, %j, have axis %d', (op, input, shape, axis, attributes) => {
    const t = new TestGraph();
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(0.5);
    const weight = t.constant({ shape, data });
    const x = t.input('x', [1, 64]);
    const inputs = Array.from({ length: input + 1 }, (_, index) => (index === input ? weight : x));
    t.output('y', t.node(op, inputs, { attributes }));
    applyPrecision(t.graph, { precision: 'int8', arithmetic: 'fp32' });
    const node = t.graph.nodes.find((other) => other.op === 'DequantizeLinear');
    expect(node?.attributes).toEqual({ axis });
    expect(t.graph.constant(node?.inputs[1])?.shape).toEqual([shape[axis]]);
  });

  it('are refused where they make of an output another one', async () => {
    const x = tf.input({ shape: [64], name: 'x' });
    const model = tf.model({ inputs: x, outputs: apply(tf.layers.dense({ units: 32 }), x) });
    randomiseWeights(model);
    const converted = convert(model, { precision: 'int8' });
    for (const [value, tensor] of converted.graph.initializers) {
      if (!(tensor.data instanceof Int8Array)) continue;
      converted.graph.initializers.set(value, { ...tensor, data: tensor.data.map((level) => -level) });
    }
    const bytes = writeModel(converted.graph, { name: 'wrong', metadata: {} });
    await expect(verify(model, { ...converted, bytes }, { random })).rejects.toMatchObject({
      code: 'EXPORT_MISMATCH',
      message: expect.stringMatching(/weights as int8 .* differs by/u),
      hint: expect.stringContaining('fp16 or fp32'),
    });
  });
});

it.each([
  ['fp16', 'Cast', 2e-3],
  ['int8', 'DequantizeLinear', 5e-2],
] as const)('tables and the gates of recurrent layers are stored as %s', async (precision, op, limit) => {
  const model = classifier();
  const converted = convert(model, { precision });
  collectModel(converted.bytes);
  // Two kernels for each of three cells, the table and the last matrix.
  expect(converted.graph.nodes.filter((node) => node.op === op && isWeight(converted, node))).toHaveLength(8);
  const full = [...converted.graph.initializers.values()].filter(({ data }) => data instanceof Float32Array);
  expect(full.every(({ data }) => data.length < 1024)).toBe(true);
  const cases = drawCases(converted.trace, { count: 3, seed: 1 });
  const result = await verify(model, converted, { cases });
  expect(result.exactMaxAbsoluteDifference).toBeLessThan(1e-5);
  expect(result.maxAbsoluteDifference).toBeGreaterThan(0);
  expect(result.maxAbsoluteDifference).toBeLessThan(limit);
});

it('a model without large weights is the same in every precision', () => {
  const model = modelOf(tf.layers.dense({ units: 2 }), [3]);
  const operators = ['fp32', 'fp16', 'int8'].map((precision) => {
    return convert(model, { precision: precision as 'fp32' }).summary.operators;
  });
  expect(operators).toEqual([{ Gemm: 1 }, { Gemm: 1 }, { Gemm: 1 }]);
});

/** Whether a node makes a weight of what is stored. */
function isWeight({ graph }: ConvertedModel, { inputs }: GraphNode): boolean {
  return graph.constant(inputs[0]) !== undefined;
}

function idsOf(batch: number): TensorData<Int32Array> {
  return { shape: [batch, 6], data: Int32Array.from({ length: batch * 6 }, (_, index) => (index * 7) % 50) };
}

function at(tensor: TensorData | undefined, index: number): number {
  return Number(tensor?.data[index]);
}
