import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../../tools/export/graph/attributes.js';
import type { Value } from '../../../../tools/export/graph/graph.js';
import { int64Vector } from '../../../../tools/export/graph/tensor-data.js';
import { convolveRepeatedVector } from '../../../../tools/export/passes/convolve-repeated-vector.js';
import { removeIdentity } from '../../../../tools/export/passes/remove-identity.js';
import { removeUnused } from '../../../../tools/export/passes/remove-unused.js';
import { runPasses } from '../../../../tools/export/passes/run-passes.js';
import { differenceOf, operatorsOf, TestGraph } from './build-graph.js';

/** Sums of up to 200 products in another order. */
const TOLERANCE = 2e-5;
const [HEIGHT, WIDTH] = [6, 9];

function repeated(t: TestGraph, channels: number, height = HEIGHT, width = WIDTH): Value {
  const vector = t.input('vector', ['n', channels, 1, 1]);
  const size = t.constant(int64Vector([1, 1, height, width]));
  return t.node('Expand', [vector, size], { shape: ['n', channels, height, width] });
}

function convolve(t: TestGraph, inputs: readonly Value[], size = 3, attributes: Attributes = {}): Value {
  const channels = inputs.reduce((sum, { shape }) => sum + Number(shape?.[1]), 0);
  const shape = ['n', channels, HEIGHT, WIDTH];
  const [first] = inputs;
  const joined =
    inputs.length === 1 && first ? first : t.node('Concat', inputs, { attributes: { axis: 1 }, shape });
  const pads = new Array(4).fill((size - 1) / 2);
  return t.node('Conv', [joined, t.normals(4, channels, size, size), t.normals(4)], {
    attributes: { kernel_shape: [size, size], pads, ...attributes },
  });
}

function run(t: TestGraph): string[] {
  runPasses(t.graph, [removeIdentity, convolveRepeatedVector, removeUnused]);
  return operatorsOf(t.graph);
}

const REWRITTEN: Record<string, [(t: TestGraph) => Value, string[]]> = {
  'before a map': [
    (t) => convolve(t, [repeated(t, 5), t.input('x', ['n', 3, HEIGHT, WIDTH])]),
    ['Add', 'Conv', 'Conv', 'Expand', 'Gather', 'Gather'],
  ],
  'behind a map, with a kernel of 5×5': [
    (t) => convolve(t, [t.input('x', ['n', 3, HEIGHT, WIDTH]), repeated(t, 5)], 5),
    ['Add', 'Conv', 'Conv', 'Expand', 'Gather', 'Gather'],
  ],
  'between two maps': [
    (t) =>
      convolve(t, [
        t.input('x', ['n', 3, HEIGHT, WIDTH]),
        repeated(t, 5),
        t.input('y', ['n', 2, HEIGHT, WIDTH]),
      ]),
    ['Add', 'Concat', 'Conv', 'Conv', 'Expand', 'Gather', 'Gather'],
  ],
  'beside another': [
    (t) => convolve(t, [repeated(t, 5), repeated(t, 2)]),
    ['Add', 'Conv', 'Conv', 'Expand', 'Expand', 'Gather', 'Gather', 'Gather', 'Gather'],
  ],
  alone: [(t) => convolve(t, [repeated(t, 5)]), ['Conv', 'Expand', 'Gather', 'Gather']],
};

describe('convolve-repeated-vector', () => {
  it.each(Object.entries(REWRITTEN))(
    'convolves a vector on a small map %s',
    async (_name, [compute, after]) => {
      const t = new TestGraph();
      t.output('y', compute(t));
      const before = t.graph.copy();
      expect(run(t)).toEqual(after);
      expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
    },
  );

  const KEPT: Record<string, (t: TestGraph) => Value> = {
    'a kernel of 1×1': (t) => convolve(t, [repeated(t, 5), t.input('x', ['n', 3, HEIGHT, WIDTH])], 1),
    'a strided convolution': (t) => convolve(t, [repeated(t, 5)], 3, { strides: [2, 2] }),
    'a map smaller than the kernel': (t) => convolve(t, [repeated(t, 5, 2, 2)]),
    'a map without repetition': (t) => convolve(t, [t.input('x', ['n', 3, HEIGHT, WIDTH])]),
  };

  it.each(Object.entries(KEPT))('leaves %s', (_name, compute) => {
    const t = new TestGraph();
    t.output('y', compute(t));
    const before = operatorsOf(t.graph).filter((op) => op !== 'Identity');
    expect(run(t)).toEqual(before);
  });
});
