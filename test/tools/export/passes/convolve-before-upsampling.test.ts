import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../../../tools/export/graph/attributes.js';
import type { Value } from '../../../../tools/export/graph/graph.js';
import { float } from '../../../../tools/export/index.js';
import { activateBeforeInterleaving } from '../../../../tools/export/passes/activate-before-interleaving.js';
import { convolveBeforeUpsampling } from '../../../../tools/export/passes/convolve-before-upsampling.js';
import { interleaveByCopying } from '../../../../tools/export/passes/interleave-by-copying.js';
import { removeIdentity } from '../../../../tools/export/passes/remove-identity.js';
import { removeUnused } from '../../../../tools/export/passes/remove-unused.js';
import { runPasses } from '../../../../tools/export/passes/run-passes.js';
import { shareNodes } from '../../../../tools/export/passes/share-nodes.js';
import { transposeDoubledConvolution } from '../../../../tools/export/passes/transpose-doubled-convolution.js';
import { differenceOf, operatorsOf, TestGraph } from './build-graph.js';

/** Results around 10, each the sum of 9 × 24 products, in another order and of summed kernels. */
const TOLERANCE = 5e-5;

const [CHANNELS, FILTERS] = [24, 24];
const NEAREST = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' };
const PADDED = { kernel_shape: [3, 3], pads: [1, 1, 1, 1] };

function double(
  t: TestGraph,
  x: Value,
  scales: readonly number[] = [1, 1, 2, 2],
  attributes: Attributes = NEAREST,
) {
  const constant = t.constant({ shape: [4], data: Float32Array.from(scales) });
  return t.node('Resize', [x, null, constant], { attributes });
}

function convolve(t: TestGraph, x: Value, attributes: Attributes = PADDED, size = 3): Value {
  const weights = t.normals(FILTERS, CHANNELS, size, size);
  // A map of a known size, as handlers have it from TF.js.
  return t.node('Conv', [x, weights, t.normals(FILTERS)], { attributes, shape: ['n', FILTERS, 10, 14] });
}

function count(t: TestGraph): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const op of operatorsOf(t.graph)) counts[op] = (counts[op] ?? 0) + 1;
  return counts;
}

describe('convolve-before-upsampling', () => {
  it.each([
    ['explicit padding', PADDED],
    ['automatic padding', { auto_pad: 'SAME_UPPER' }],
  ])(
    'computes on the small map with %s: nine pointwise convolutions of eight differences',
    async (_, attributes) => {
      const t = new TestGraph();
      t.output('y', convolve(t, double(t, t.input('x', ['n', CHANNELS, 5, 7])), attributes));
      const before = t.graph.copy();
      expect(count(t)).toEqual({ Resize: 1, Conv: 1, Identity: 1 });

      runPasses(t.graph, [removeIdentity, convolveBeforeUpsampling, removeUnused]);

      expect(count(t)).toEqual({ Conv: 9 + 8, Add: 10, Concat: 1, DepthToSpace: 1 });
      expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
    },
  );

  it('is exact on a map of one place, which is all border', async () => {
    const t = new TestGraph();
    t.output('y', convolve(t, double(t, t.input('x', ['n', CHANNELS, 1, 1]))));
    const before = t.graph.copy();
    runPasses(t.graph, [convolveBeforeUpsampling, removeUnused]);
    expect(operatorsOf(t.graph)).not.toContain('Resize');
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });

  it('stores as many weights as the kernels have', () => {
    const t = new TestGraph();
    t.output('y', convolve(t, double(t, t.input('x', ['n', CHANNELS, 5, 7]))));
    runPasses(t.graph, [convolveBeforeUpsampling, removeUnused]);
    const pointwise = [...t.graph.initializers.values()].filter(({ shape }) => shape[1] === CHANNELS);
    expect(pointwise.reduce((sum, { data }) => sum + data.length, 0)).toBe(9 * CHANNELS * FILTERS);
  });

  it('makes the differences once for the two convolutions of a gated linear unit, and gates before interleaving', async () => {
    const t = new TestGraph();
    const doubled = double(t, t.input('x', ['n', CHANNELS, 5, 7]));
    const [value, gate] = [convolve(t, doubled), convolve(t, doubled)];
    t.output('y', t.node('Mul', [value, t.node('Sigmoid', [gate])]));
    const before = t.graph.copy();

    const PASSES = [
      removeIdentity,
      convolveBeforeUpsampling,
      activateBeforeInterleaving,
      removeUnused,
      shareNodes,
    ];
    runPasses(t.graph, PASSES);

    expect(count(t)).toEqual({ Conv: 18 + 8, Add: 20, Sigmoid: 4, Mul: 4, Concat: 1, DepthToSpace: 1 });
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });

  const KEPT: Record<string, (t: TestGraph, x: Value) => Value> = {
    'linear interpolation': (t, x) => convolve(t, double(t, x, [1, 1, 2, 2], { ...NEAREST, mode: 'linear' })),
    'another rounding': (t, x) =>
      convolve(t, double(t, x, [1, 1, 2, 2], { ...NEAREST, nearest_mode: 'ceil' })),
    'tripled maps': (t, x) => convolve(t, double(t, x, [1, 1, 3, 3])),
    'a convolution without padding': (t, x) => convolve(t, double(t, x), { kernel_shape: [3, 3] }),
    'a strided convolution': (t, x) => convolve(t, double(t, x), { ...PADDED, strides: [2, 2] }),
    'a kernel of 5×5': (t, x) => convolve(t, double(t, x), { pads: [2, 2, 2, 2] }, 5),
    'too few channels to gain by it': (t, x) =>
      t.node('Conv', [double(t, x), t.normals(4, CHANNELS, 3, 3)], { attributes: PADDED }),
  };

  it.each(Object.entries(KEPT))('leaves %s', (_name, compute) => {
    const t = new TestGraph();
    t.output('y', compute(t, t.input('x', ['n', CHANNELS, 6, 6])));
    const before = operatorsOf(t.graph);
    runPasses(t.graph, [convolveBeforeUpsampling]);
    expect(operatorsOf(t.graph)).toEqual(before);
  });
});

describe('transpose-doubled-convolution', () => {
  it.each([
    [5, 7],
    [1, 1],
  ])('makes both one node, exact on a map of %i×%i', async (height, width) => {
    const t = new TestGraph();
    t.output('y', t.node('Relu', [convolve(t, double(t, t.input('x', ['n', CHANNELS, height, width])))]));
    const before = t.graph.copy();
    runPasses(t.graph, [removeIdentity, transposeDoubledConvolution, removeUnused]);
    expect(count(t)).toEqual({ ConvTranspose: 1, Relu: 1 });
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });
});

function interleaved(t: TestGraph, channels = 3): Value {
  const phases = [0, 1, 2, 3].map((index) => t.input(`phase${index}`, ['n', channels, 4, 5]));
  const together = t.node('Concat', phases, { attributes: { axis: 1 }, shape: ['n', 4 * channels, 4, 5] });
  return t.node('DepthToSpace', [together], { attributes: { blocksize: 2, mode: 'DCR' } });
}

describe('activate-before-interleaving', () => {
  it('computes activations and products of interleaved maps on the maps', async () => {
    const t = new TestGraph();
    const gate = t.node('Sigmoid', [interleaved(t)]);
    const value = t.node('LeakyRelu', [interleaved(t)], { attributes: { alpha: float(0.2) } });
    t.output('y', t.node('Mul', [value, gate]));
    const before = t.graph.copy();
    runPasses(t.graph, [removeIdentity, activateBeforeInterleaving, removeUnused]);
    expect(count(t)).toEqual({ LeakyRelu: 4, Sigmoid: 4, Mul: 4, Concat: 1, DepthToSpace: 1 });
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  const KEPT: Record<string, (t: TestGraph, y: Value) => Value> = {
    'where the map itself is read too': (t, y) =>
      t.node('Concat', [y, t.node('Relu', [y])], { attributes: { axis: 1 } }),
    'sums with maps that are not interleaved': (t, y) => t.node('Add', [y, t.input('x', ['n', 3, 8, 10])]),
    'products with a map of constants': (t, y) => t.node('Mul', [y, t.normals(8, 10)]),
  };

  it.each(Object.entries(KEPT))('leaves activations %s', (_name, compute) => {
    const t = new TestGraph();
    t.output('y', compute(t, interleaved(t)));
    const before = operatorsOf(t.graph);
    runPasses(t.graph, [activateBeforeInterleaving]);
    expect(operatorsOf(t.graph)).toEqual(before);
  });
});

describe('interleave-by-copying', () => {
  it('moves no element that DepthToSpace would not', async () => {
    const t = new TestGraph();
    t.output('y', interleaved(t));
    const before = t.graph.copy();
    runPasses(t.graph, [removeIdentity, interleaveByCopying, removeUnused]);
    expect(count(t)).toEqual({ Concat: 3, Reshape: 3 });
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('leaves DepthToSpace of a map that is no concatenation, or has another order of channels', () => {
    const t = new TestGraph();
    const x = t.input('x', ['n', 12, 4, 5]);
    t.output('y', t.node('DepthToSpace', [x], { attributes: { blocksize: 2, mode: 'DCR' } }));
    const together = t.node('Concat', [x, x, x, x], { attributes: { axis: 1 }, shape: ['n', 48, 4, 5] });
    t.output('z', t.node('DepthToSpace', [together], { attributes: { blocksize: 2, mode: 'CRD' } }));
    const before = operatorsOf(t.graph);
    runPasses(t.graph, [interleaveByCopying]);
    expect(operatorsOf(t.graph)).toEqual(before);
  });
});
