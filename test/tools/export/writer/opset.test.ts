import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../../src/sdk/errors.js';
import { convert, verify } from '../../../../tools/export/index.js';
import { runOnnx } from '../../../../tools/export/verify/onnx-session.js';
import { changeOpset, NEWEST_OPSET, OLDEST_OPSET } from '../../../../tools/export/writer/opset.js';
import { appendMetadata, writeModel } from '../../../../tools/export/writer/write-model.js';
import { applyAll, randomiseWeights, seededNormals } from '../compare-with-onnx.js';
import { layerExamples } from '../layer-examples/index.js';
import { collectModel } from '../onnx-package/collect-model.js';
import { TestGraph } from '../passes/build-graph.js';
import { readModel } from '../read-model.js';

const OPSETS = Array.from({ length: NEWEST_OPSET - OLDEST_OPSET + 1 }, (_, index) => OLDEST_OPSET + index);

/** Operators whose form changed between the opsets: reductions, pooling, resizing, padding, normalisation. */
function model(): tf.LayersModel {
  const x = tf.input({ shape: [6, 6, 2], name: 'x' });
  const y = applyAll(
    [
      tf.layers.upSampling2d({ size: [2, 2] }),
      tf.layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same' }),
      tf.layers.batchNormalization(),
      tf.layers.averagePooling2d({ poolSize: 2, padding: 'same' }),
      tf.layers.conv2d({ filters: 32, kernelSize: 3, activation: 'softmax' }),
      tf.layers.zeroPadding2d({ padding: 1 }),
      tf.layers.globalAveragePooling2d({}),
      tf.layers.dense({ units: 40 }),
    ],
    x,
  );
  const built = tf.model({ inputs: x, outputs: y });
  randomiseWeights(built);
  return built;
}

describe('opsets', () => {
  it.each(OPSETS)('%d runs and is what the file says, in every precision', async (opset) => {
    const built = model();
    for (const precision of ['fp32', 'fp16', 'int8'] as const) {
      const converted = convert(built, { opset, precision });
      collectModel(converted.bytes);
      expect(readModel(converted.bytes).opsetImport[0]?.version).toBe(BigInt(opset));
      const result = await verify(built, converted, { random: seededNormals(), batchSizes: [2] });
      expect(result.exactMaxAbsoluteDifference).toBeLessThan(1e-4);
    }
    built.dispose();
  });

  it.each([13, 18, NEWEST_OPSET])('%d has a graph of every layer that ONNX Runtime loads', async (opset) => {
    const younger: string[] = [];
    for (const { className, models, comparison = {} } of layerExamples) {
      const { verification: _, tolerance: __, ...options } = comparison;
      for (const make of models) {
        const built = make();
        try {
          const { bytes } = convert(built, { ...options, opset });
          collectModel(bytes);
          expect(await runOnnx(bytes, 'disabled', [])).toEqual([]);
        } catch (error) {
          if (!(error instanceof WordbrushError && error.code === 'INVALID_OPTION')) throw error;
          younger.push(className);
        }
        built.dispose();
      }
    }
    // Its operator is of opset 17.
    expect([...new Set(younger)]).toEqual(opset < 17 ? ['LayerNormalization'] : []);
  });

  it('from 18 on take the axes of a reduction as an input, and Split the number of its outputs', () => {
    const t = new TestGraph();
    const mean = t.node('ReduceMean', [t.input('x', [2, 3])], { attributes: { axes: [1], keepdims: 1 } });
    t.output('y', t.node('Split', [mean], { attributes: { axis: 0 } }));
    changeOpset(t.graph, 17);
    expect(t.graph.nodes[0]?.attributes).toEqual({ axes: [1], keepdims: 1 });
    changeOpset(t.graph, 18);
    const [reduction, split] = t.graph.nodes;
    expect(reduction?.attributes).toEqual({ keepdims: 1 });
    expect(t.graph.constant(reduction?.inputs[1])?.data).toEqual(BigInt64Array.of(1n));
    expect(split?.attributes).toEqual({ axis: 0, num_outputs: 1 });
  });

  it('leave the graph that is written as it is', () => {
    const t = new TestGraph();
    t.output('y', t.node('ReduceMax', [t.input('x', [2, 3])], { attributes: { axes: [1] } }));
    writeModel(t.graph, { name: 'g', metadata: {}, opset: 20 });
    expect(t.graph.nodes[0]?.attributes).toEqual({ axes: [1] });
  });

  it('that do not have an operator yet are refused with the one that has', () => {
    const t = new TestGraph();
    t.output('y', t.node('LayerNormalization', [t.input('x', [2, 3]), t.input('scale', [3])]));
    expect(() => changeOpset(t.graph, 16)).toThrowError(
      expect.objectContaining({
        code: 'INVALID_OPTION',
        message: expect.stringMatching(/from 17 on for LayerNormalization/u),
      }),
    );
  });
});

it('appendMetadata adds to the text that the file has', () => {
  const t = new TestGraph();
  t.output('y', t.node('Relu', [t.input('x', [1])]));
  const bytes = appendMetadata(writeModel(t.graph, { name: 'g', metadata: { licence: 'MIT' } }), {
    more: 'text',
  });
  const { metadataProps, graph } = readModel(bytes);
  expect(metadataProps.map(({ key, value }) => [key, value])).toEqual([
    ['licence', 'MIT'],
    ['more', 'text'],
  ]);
  expect(graph?.node).toHaveLength(2);
  collectModel(bytes);
});

it('a model over 2 GiB is refused before it is written', () => {
  const t = new TestGraph();
  // The same 64 MiB many times over: what counts is what the file would hold.
  const data = new Float32Array(2 ** 24);
  const parts = Array.from({ length: 33 }, () => t.constant({ shape: [2 ** 24], data }));
  t.output('y', t.node('Concat', parts, { attributes: { axis: 0 } }));
  expect(() => writeModel(t.graph, { name: 'g', metadata: {} })).toThrowError(
    expect.objectContaining({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/at most 2147483647 bytes/u),
    }),
  );
});
