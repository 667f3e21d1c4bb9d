import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../tools/export/graph/graph.js';
import { int64Vector } from '../../../../tools/export/graph/tensor-data.js';
import { removeIdentity } from '../../../../tools/export/passes/remove-identity.js';
import { removeUnused } from '../../../../tools/export/passes/remove-unused.js';
import { runPasses } from '../../../../tools/export/passes/run-passes.js';
import { splitConvolution } from '../../../../tools/export/passes/split-convolution.js';
import { differenceOf, operatorsOf, TestGraph } from './build-graph.js';

/** Sums of 27 products, which a narrower convolution may take in another order. */
const TOLERANCE = 1e-5;

function slice(t: TestGraph, x: Value, from: number, to: number, axis = 1): Value {
  return t.node('Slice', [x, ...[from, to, axis].map((number) => t.constant(int64Vector([number])))]);
}

function gated(t: TestGraph, value: Value, gate: Value): Value {
  return t.node('Mul', [value, t.node('Sigmoid', [gate])]);
}

function run(t: TestGraph): string[] {
  runPasses(t.graph, [removeIdentity, splitConvolution, removeUnused]);
  return operatorsOf(t.graph);
}

describe('split-convolution', () => {
  it('makes a gated linear unit two convolutions, value and gate', async () => {
    const t = new TestGraph();
    const y = t.node('Conv', [t.input('x', ['n', 3, 5, 5]), t.normals(8, 3, 3, 3), t.normals(8)]);
    t.output('y', gated(t, slice(t, y, 0, 4), slice(t, y, 4, 8)));
    const before = t.graph.copy();
    expect(run(t)).toEqual(['Conv', 'Conv', 'Mul', 'Sigmoid']);
    expect([...t.graph.initializers.values()].map(({ shape }) => shape.join())).toEqual([
      '4,3,3,3',
      '4',
      '4,3,3,3',
      '4',
    ]);
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });

  it.each([
    ['equal parts', undefined],
    ['parts of given sizes', [5, 3]],
  ])('knows Split into %s', async (_name, sizes) => {
    const t = new TestGraph();
    const y = t.node('Conv', [t.input('x', ['n', 3, 5, 5]), t.normals(8, 3, 3, 3)]);
    const inputs = sizes === undefined ? [y] : [y, t.constant(int64Vector(sizes))];
    t.nodes('Split', inputs, 2, { attributes: { axis: 1 } }).forEach((half, index) => {
      t.output(`half${index}`, half);
    });
    const before = t.graph.copy();
    expect(run(t)).toEqual(['Conv', 'Conv']);
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });

  it('counts channels from behind, and leaves out those that nobody reads', async () => {
    const t = new TestGraph();
    const y = t.node('Conv', [t.input('x', ['n', 3, 5, 5]), t.normals(8, 3, 3, 3)]);
    t.output('y', slice(t, y, -2, 2 ** 31 - 1));
    const before = t.graph.copy();
    expect(run(t)).toEqual(['Conv']);
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });

  const KEPT: Record<string, (t: TestGraph, y: Value) => Value> = {
    'that is cut into rows': (t, y) => t.node('Add', [slice(t, y, 0, 2, 2), slice(t, y, 2, 4, 2)]),
    'whose parts overlap': (t, y) => t.node('Add', [slice(t, y, 0, 5), slice(t, y, 3, 8)]),
    'that is also read whole': (t, y) =>
      t.node('Concat', [y, slice(t, y, 0, 4)], { attributes: { axis: 1 } }),
    'that is an output': (t, y) => {
      t.output('whole', y);
      return slice(t, y, 0, 4);
    },
  };

  it.each(Object.entries(KEPT))('leaves a convolution %s', (_name, compute) => {
    const t = new TestGraph();
    t.output('y', compute(t, t.node('Conv', [t.input('x', ['n', 3, 6, 6]), t.normals(8, 3, 3, 3)])));
    const before = operatorsOf(t.graph).filter((op) => op !== 'Identity');
    expect(run(t)).toEqual(before);
  });
});
