import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../tools/export/graph/graph.js';
import { int64Vector } from '../../../../tools/export/graph/tensor-data.js';
import { foldConstants } from '../../../../tools/export/passes/fold-constants.js';
import { mergeTransposes } from '../../../../tools/export/passes/merge-transposes.js';
import type { GraphPass } from '../../../../tools/export/passes/pass.js';
import { removeIdentity } from '../../../../tools/export/passes/remove-identity.js';
import { removeUnused } from '../../../../tools/export/passes/remove-unused.js';
import { MAX_ROUNDS, runPasses } from '../../../../tools/export/passes/run-passes.js';
import { shareInitializers } from '../../../../tools/export/passes/share-initializers.js';
import { shareNodes } from '../../../../tools/export/passes/share-nodes.js';
import { differenceOf, operatorsOf, TestGraph } from './build-graph.js';

describe('merge-transposes', () => {
  it('makes one of two in a row, in the right order', async () => {
    const t = new TestGraph();
    t.output('y', t.transpose(t.transpose(t.input('x', ['n', 3, 4, 5]), [0, 2, 3, 1]), [1, 0, 3, 2]));
    const before = t.graph.copy();
    runPasses(t.graph, [mergeTransposes, removeUnused]);
    expect(operatorsOf(t.graph)).toEqual(['Identity', 'Transpose']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });
});

describe('remove-identity', () => {
  it('removes Identity and Transpose in place, and keeps the names of the outputs', async () => {
    const t = new TestGraph();
    const x = t.node('Relu', [t.input('x', ['n', 3])]);
    t.output('y', t.transpose(t.node('Identity', [x]), [0, 1]));
    const before = t.graph.copy();
    runPasses(t.graph, [removeIdentity]);
    expect(operatorsOf(t.graph)).toEqual(['Relu']);
    expect(t.graph.outputs.map(({ name }) => name)).toEqual(['y']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('keeps it where an output is an input, a constant or another output', async () => {
    const t = new TestGraph();
    const x = t.input('x', ['n', 3]);
    const relu = t.node('Relu', [x]);
    t.output('input', x);
    t.output('constant', t.normals(2));
    t.output('one', relu);
    t.output('two', relu);
    const before = t.graph.copy();
    runPasses(t.graph, [removeIdentity]);
    expect(operatorsOf(t.graph)).toEqual(['Identity', 'Identity', 'Identity', 'Relu']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });
});

describe('fold-constants', () => {
  it('transposes constants before the file is written', async () => {
    const t = new TestGraph();
    t.output('y', t.node('MatMul', [t.input('x', ['n', 3]), t.transpose(t.normals(4, 3), [1, 0])]));
    const before = t.graph.copy();
    runPasses(t.graph, [foldConstants, removeUnused]);
    expect(operatorsOf(t.graph)).toEqual(['Identity', 'MatMul']);
    expect(t.graph.initializers.size).toBe(1);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  const integers = (t: TestGraph, values: number[]) => t.constant(int64Vector(values));
  const COMPUTED: Record<string, (t: TestGraph) => Value> = {
    'Reshape with a size that is kept and one that remains': (t) =>
      t.node('Reshape', [t.normals(2, 3, 4), integers(t, [0, -1, 2])]),
    'Unsqueeze from behind': (t) => t.node('Unsqueeze', [t.normals(3), integers(t, [0, -1])]),
    Squeeze: (t) => t.node('Squeeze', [t.normals(1, 3, 1), integers(t, [-1, 0])]),
    'sums that broadcast both ways': (t) => t.node('Add', [t.normals(2, 1, 3), t.normals(4, 1)]),
    'a difference with a scalar': (t) => t.node('Sub', [t.normals(), t.normals(2, 3)]),
    'a product of quotients': (t) =>
      t.node('Mul', [t.node('Div', [t.normals(2, 3), t.normals(3)]), t.normals(2, 1)]),
    'the square root of an absolute number': (t) => t.node('Sqrt', [t.node('Abs', [t.normals(5)])]),
    'the reciprocal of the negated': (t) => t.node('Reciprocal', [t.node('Neg', [t.normals(5)])]),
  };

  it.each(Object.entries(COMPUTED))('computes %s as ONNX Runtime does', async (_name, compute) => {
    const t = new TestGraph();
    const x = t.input('x', [1]);
    t.output('y', t.node('Add', [x, compute(t)]));
    const before = t.graph.copy();
    runPasses(t.graph, [foldConstants, removeUnused, removeIdentity]);
    expect(operatorsOf(t.graph)).toEqual(['Add']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('leaves integers, and what depends on an input', () => {
    const t = new TestGraph();
    t.output('y', t.node('Add', [t.input('x', [3]), t.normals(3)]));
    t.output('z', t.node('Relu', [t.node('Div', [integers(t, [7]), integers(t, [2])])]));
    const before = operatorsOf(t.graph);
    runPasses(t.graph, [foldConstants]);
    expect(operatorsOf(t.graph)).toEqual(before);
  });
});

describe('remove-unused', () => {
  it('removes what no output depends on, and nothing else', async () => {
    const t = new TestGraph();
    const x = t.input('x', ['n', 3]);
    t.node('Add', [t.node('Relu', [x]), t.normals(3)]);
    const [, second] = t.nodes('Split', [x], 3, { attributes: { axis: 1 } });
    if (second !== undefined) t.output('y', second);
    const before = t.graph.copy();
    runPasses(t.graph, [removeUnused]);
    expect(operatorsOf(t.graph)).toEqual(['Identity', 'Split']);
    expect(t.graph.initializers.size).toBe(0);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });
});

describe('share-initializers', () => {
  it('makes equal numbers one, and keeps apart what differs in shape, type, one element or sign of zero', async () => {
    const t = new TestGraph();
    const x = t.input('x', ['n', 3]);
    const data = [1, 2, 0];
    const constants = [
      { shape: [3], data: Float32Array.from(data) },
      { shape: [3], data: Float32Array.from(data) },
      { shape: [1, 3], data: Float32Array.from(data) },
      { shape: [3], data: Float32Array.of(1, 2, -0) },
      { shape: [3], data: Float32Array.of(1, 3, 0) },
    ].map((tensor) => t.constant(tensor));
    t.output('y', t.node('Sum', [x, ...constants]));
    const before = t.graph.copy();
    runPasses(t.graph, [shareInitializers]);
    expect(t.graph.initializers.size).toBe(4);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });
});

describe('share-nodes', () => {
  it('makes equal nodes one, whatever the order of their attributes, and keeps others apart', async () => {
    const t = new TestGraph();
    const x = t.input('x', ['n', 3, 4]);
    const mean = (attributes: { axes: number[]; keepdims: number }) =>
      t.node('ReduceMean', [x], { attributes });
    const same = [
      mean({ axes: [1], keepdims: 1 }),
      t.node('ReduceMean', [x], { attributes: { keepdims: 1, axes: [1] } }),
    ];
    t.output('y', t.node('Add', [t.node('Sub', same), mean({ axes: [2], keepdims: 1 })]));
    const before = t.graph.copy();
    runPasses(t.graph, [shareNodes]);
    expect(operatorsOf(t.graph)).toEqual(['Add', 'Identity', 'ReduceMean', 'ReduceMean', 'Sub']);
    expect(await differenceOf(before, t.graph)).toBe(0);
  });
});

describe('run-passes', () => {
  it('repeats until nothing changes and says what changed something', () => {
    const t = new TestGraph();
    let left = 3;
    const counting: GraphPass = { name: 'counting', run: () => left-- > 0 };
    const idle: GraphPass = { name: 'idle', run: () => false };
    expect(runPasses(t.graph, [counting, idle]).map(({ name }) => name)).toEqual([
      'counting',
      'counting',
      'counting',
    ]);
  });

  it('lets a pass wait until those before it have nothing more to do', () => {
    let left = 2;
    const early: GraphPass = { name: 'early', run: () => left-- > 0 };
    let seen = 0;
    const late: GraphPass = { name: 'late', waits: true, run: () => left < 0 && seen++ === 0 };
    const applied = runPasses(new TestGraph().graph, [early, late]);
    expect(applied.map(({ name }) => name)).toEqual(['early', 'early', 'late']);
  });

  it('ends even with a pass that never comes to rest', () => {
    const restless: GraphPass = { name: 'restless', run: () => true };
    expect(runPasses(new TestGraph().graph, [restless])).toHaveLength(MAX_ROUNDS);
  });
});
