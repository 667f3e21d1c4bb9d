import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../tools/export/graph/graph.js';
import { int64Vector } from '../../../../tools/export/graph/tensor-data.js';
import { float } from '../../../../tools/export/index.js';
import { foldConstants } from '../../../../tools/export/passes/fold-constants.js';
import { mergeTransposes } from '../../../../tools/export/passes/merge-transposes.js';
import { pushTransposes } from '../../../../tools/export/passes/push-transposes.js';
import { removeIdentity } from '../../../../tools/export/passes/remove-identity.js';
import { removeUnused } from '../../../../tools/export/passes/remove-unused.js';
import { runPasses } from '../../../../tools/export/passes/run-passes.js';
import { differenceOf, operatorsOf, TestGraph } from './build-graph.js';

const PASSES = [foldConstants, pushTransposes, mergeTransposes, removeIdentity, removeUnused];
const TO_LAST = [0, 2, 3, 1];
const TO_FIRST = [0, 3, 1, 2];

/** Graphs that compute between a Transpose to channels last and one back, and whether both are gone afterwards. */
const BETWEEN: Record<string, (t: TestGraph, x: Value, y: Value) => Value> = {
  'an activation': (t, x) => t.node('LeakyRelu', [x], { attributes: { alpha: float(0.1) } }),
  'a sum of two': (t, x, y) => t.node('Add', [x, y]),
  'a product with itself': (t, x) => t.node('Mul', [x, t.node('Sigmoid', [x])]),
  'a sum with a vector of the channels': (t, x) => t.node('Add', [x, t.normals(3)]),
  'a product with a map': (t, x) => t.node('Mul', [t.normals(4, 5, 1), x]),
  'a scalar': (t, x) => t.node('Div', [x, t.normals()]),
  'a slope for each channel': (t, x) => t.node('PRelu', [x, t.normals(1, 1, 3)]),
  clipping: (t, x) => t.node('Clip', [x, t.constant({ shape: [], data: Float32Array.of(0) })]),
  'a softmax over channels': (t, x) => t.node('Softmax', [x], { attributes: { axis: -1 } }),
  'a concatenation of channels': (t, x, y) => t.node('Concat', [x, y], { attributes: { axis: 3 } }),
  'a concatenation with a constant': (t, x) =>
    t.node('Concat', [t.normals(2, 4, 5, 1), x], { attributes: { axis: -1 } }),
  'a mean that keeps its axes': (t, x) =>
    t.node('ReduceMean', [x], { attributes: { axes: [1, 2], keepdims: 1 } }),
  padding: (t, x) => t.node('Pad', [x, t.constant(int64Vector([0, 1, 2, 0, 0, 3, 0, 0]))]),
  'a slice': (t, x) =>
    t.node('Slice', [
      x,
      ...[
        [1, 0],
        [3, 2],
        [1, -1],
      ].map((list) => t.constant(int64Vector(list))),
    ]),
  'a chain': (t, x, y) =>
    t.node('Tanh', [t.node('Add', [t.node('Relu', [x]), t.node('Mul', [y, t.normals(3)])])]),
};

describe('push-transposes', () => {
  it.each(Object.entries(BETWEEN))('makes two cancel each other through %s', async (_name, compute) => {
    const t = new TestGraph();
    const [x, y] = [t.input('x', ['n', 3, 4, 5]), t.input('y', ['n', 3, 4, 5])] as const;
    const between = compute(t, t.transpose(x, TO_LAST), t.transpose(y, TO_LAST));
    t.output('z', t.transpose(between, TO_FIRST));
    const before = t.graph.copy();

    runPasses(t.graph, PASSES);

    expect(operatorsOf(t.graph)).not.toContain('Transpose');
    // Sums and means may be taken in another order; nothing else changes.
    expect(await differenceOf(before, t.graph)).toBeLessThan(1e-6);
  });

  it('drops the Transpose before a mean over the places, which leaves vectors', async () => {
    const t = new TestGraph();
    const x = t.transpose(t.input('x', ['n', 3, 4, 5]), TO_LAST);
    t.output('z', t.node('ReduceMean', [x], { attributes: { axes: [1, 2], keepdims: 0 } }));
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(operatorsOf(t.graph)).toEqual(['ReduceMean']);
    expect(await differenceOf(before, t.graph)).toBeLessThan(1e-6);
  });

  it('keeps the order of what a mean over the channels leaves', async () => {
    const t = new TestGraph();
    const x = t.transpose(t.input('x', ['n', 3, 4, 5]), [3, 0, 2, 1]);
    t.output('z', t.node('ReduceMean', [x], { attributes: { axes: [3], keepdims: 0 } }));
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(await differenceOf(before, t.graph)).toBeLessThan(1e-6);
  });

  it('reorders the one input that has another order, where the result is put back at once', async () => {
    const t = new TestGraph();
    const x = t.transpose(t.input('x', ['n', 3, 4, 5]), TO_LAST);
    const y = t.input('y', ['n', 4, 5, 2]);
    const joined = t.node('Concat', [x, y], { attributes: { axis: 3 } });
    t.output('z', t.transpose(t.node('Relu', [joined]), TO_FIRST));
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(operatorsOf(t.graph)).toEqual(['Concat', 'Relu', 'Transpose']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('leaves a sum of two orders alone where nothing is gained', async () => {
    const t = new TestGraph();
    const x = t.transpose(t.input('x', ['n', 3, 4, 5]), TO_LAST);
    t.output('z', t.node('Add', [x, t.input('y', ['n', 4, 5, 3])]));
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(operatorsOf(t.graph)).toEqual(['Add', 'Transpose']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('serves branches that go on in either order', async () => {
    const t = new TestGraph();
    const relu = t.node('Relu', [t.transpose(t.input('x', ['n', 3, 4, 5]), TO_LAST)]);
    t.output('last', t.node('Flatten', [relu], { attributes: { axis: 1 } }));
    t.output('first', t.transpose(t.node('Tanh', [relu]), TO_FIRST));
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(operatorsOf(t.graph)).toEqual(['Flatten', 'Relu', 'Tanh', 'Transpose']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('moves through Split, which has several outputs', async () => {
    const t = new TestGraph();
    const x = t.transpose(t.input('x', ['n', 4, 2, 5]), TO_LAST);
    const halves = t.nodes('Split', [x], 2, { attributes: { axis: 3 } });
    halves.forEach((half, index) => {
      t.output(`half${index}`, t.transpose(half, TO_FIRST));
    });
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(operatorsOf(t.graph)).toEqual(['Split']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('does not go behind a broadcast to another rank', async () => {
    const t = new TestGraph();
    const x = t.transpose(t.input('x', ['n', 3]), [1, 0]);
    t.output('z', t.node('Add', [x, t.input('y', [4, 3, 'n'])]));
    const before = t.graph.copy();
    runPasses(t.graph, PASSES);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });
});
