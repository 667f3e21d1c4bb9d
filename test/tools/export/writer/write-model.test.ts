import { readFileSync } from 'node:fs';
import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { addNode } from '../../../../tools/export/graph/graph-builder.js';
import { float, Graph, type Value } from '../../../../tools/export/index.js';
import {
  AttributeProto_AttributeType as AttributeType,
  ModelProtoSchema,
} from '../../../../tools/export/writer/onnx_pb.js';
import { writeModel } from '../../../../tools/export/writer/write-model.js';
import { TestGraph } from '../passes/build-graph.js';

describe('writeModel', () => {
  it('writes what a reader of ONNX finds again', () => {
    const t = new TestGraph();
    const weights = t.constant({ shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) });
    t.output(
      'y',
      t.node('Gemm', [t.input('x', ['batch', 3]), weights], { attributes: { alpha: float(1), transB: 0 } }),
    );
    const model = fromBinary(
      ModelProtoSchema,
      writeModel(t.graph, { name: 'small', metadata: { licence: 'MIT' } }),
    );

    expect(model.irVersion).toBe(8n);
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
    expect(model.producerName).toBe('wordbrush');
    expect(model.producerVersion).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
    expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['licence', 'MIT']]);
    const graph = model.graph;
    expect(graph?.name).toBe('small');
    expect(graph?.input.map(({ name }) => name)).toEqual(['x']);
    const type = graph?.input[0]?.type?.value;
    const dims =
      type?.case === 'tensorType' ? type.value.shape?.dim.map(({ value }) => value.value) : undefined;
    expect(dims).toEqual(['batch', 3n]);
    const initializer = graph?.initializer[0];
    expect(initializer?.dims).toEqual([3n, 2n]);
    expect(new Float32Array(initializer?.rawData.slice().buffer ?? new ArrayBuffer(0))).toEqual(
      Float32Array.of(1, 2, 3, 4, 5, 6),
    );
    const attributes = graph?.node[0]?.attribute.map(({ name, type: kind, f, i }) => [name, kind, f, i]);
    expect(attributes).toEqual([
      ['alpha', AttributeType.FLOAT, 1, 0n],
      ['transB', AttributeType.INT, 0, 0n],
    ]);
  });

  it('orders nodes by what they read, and leaves optional inputs empty', () => {
    const graph = new Graph();
    const x: Value = { name: 'x', dataType: 'float32', shape: [1] };
    graph.inputs.push(x);
    const last = addNode(graph, 'last', 'Clip', [x, null, x], 1);
    const first = addNode(graph, 'first', 'Relu', [x], 1);
    last.inputs[0] = first.outputs[0] ?? null;
    graph.outputs.push(...last.outputs);
    const model = fromBinary(ModelProtoSchema, writeModel(graph, { name: 'g', metadata: {} }));
    expect(model.graph?.node.map(({ name, input }) => [name, input])).toEqual([
      ['first', ['x']],
      ['last', ['first:0', '', 'x']],
    ]);
  });

  it('names the operator sets that nodes come from', () => {
    const t = new TestGraph();
    t.output('y', t.node('Gelu', [t.input('x', [1])], { domain: 'com.microsoft' }));
    const model = fromBinary(ModelProtoSchema, writeModel(t.graph, { name: 'g', metadata: {} }));
    expect(model.opsetImport.map(({ domain }) => domain)).toEqual(['', 'com.microsoft']);
  });

  it('refuses a graph with a gap or a cycle', () => {
    const stray: Value = { name: 'stray', dataType: 'float32', shape: undefined };
    const gap = new TestGraph();
    gap.output('y', gap.node('Relu', [stray]));
    const cycle = new TestGraph();
    const relu = addNode(cycle.graph, 'relu', 'Relu', [], 1);
    relu.inputs = [...relu.outputs];
    cycle.output('y', relu.outputs[0] ?? stray);
    for (const [graph, message] of [
      [gap.graph, /"stray", which nothing computes/],
      [cycle.graph, /its own output/],
    ] as const) {
      expect(() => writeModel(graph, { name: 'g', metadata: {} })).toThrowError(
        expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringMatching(message) }),
      );
    }
  });
});
