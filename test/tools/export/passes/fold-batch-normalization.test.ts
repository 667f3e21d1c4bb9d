import { describe, expect, it } from 'vitest';
import type { Value } from '../../../../tools/export/graph/graph.js';
import { float } from '../../../../tools/export/index.js';
import { foldBatchNormalization } from '../../../../tools/export/passes/fold-batch-normalization.js';
import { removeUnused } from '../../../../tools/export/passes/remove-unused.js';
import { runPasses } from '../../../../tools/export/passes/run-passes.js';
import { differenceOf, operatorsOf, TestGraph } from './build-graph.js';

/** Sums of a few dozen products near 1 in another order. */
const TOLERANCE = 1e-5;

function normalise(t: TestGraph, x: Value, channels: number): Value {
  const variance = t.constant({
    shape: [channels],
    data: Float32Array.from({ length: channels }, (_, c) => 0.2 + c),
  });
  const [gamma, beta, mean] = [t.normals(channels), t.normals(channels), t.normals(channels)];
  return t.node('BatchNormalization', [x, gamma, beta, mean, variance], {
    attributes: { epsilon: float(1e-3) },
  });
}

const FOLDED: Record<string, (t: TestGraph, x: Value) => Value> = {
  'Conv without a bias': (t, x) => t.node('Conv', [x, t.normals(6, 3, 3, 3)]),
  'Conv with a bias': (t, x) => t.node('Conv', [x, t.normals(6, 3, 3, 3), t.normals(6)]),
  'Conv in groups': (t, x) => t.node('Conv', [x, t.normals(6, 1, 3, 3)], { attributes: { group: 3 } }),
  ConvTranspose: (t, x) => t.node('ConvTranspose', [x, t.normals(3, 6, 2, 2), t.normals(6)]),
  'Gemm without a bias': (t, x) =>
    t.node('Gemm', [t.node('Flatten', [x], { attributes: { axis: 1 } }), t.normals(3 * 5 * 5, 6)]),
  'Gemm with a bias': (t, x) =>
    t.node('Gemm', [
      t.node('Flatten', [x], { attributes: { axis: 1 } }),
      t.normals(3 * 5 * 5, 6),
      t.normals(6),
    ]),
};

const KEPT: Record<string, (t: TestGraph, x: Value) => Value> = {
  'ConvTranspose in groups': (t, x) =>
    t.node('ConvTranspose', [x, t.normals(3, 2, 2, 2)], { attributes: { group: 3 } }),
  'an activation between': (t, x) => t.node('Relu', [t.node('Conv', [x, t.normals(6, 3, 3, 3)])]),
  'a result that is read elsewhere too': (t, x) => {
    const y = t.node('Conv', [x, t.normals(6, 3, 3, 3)]);
    t.output('early', y);
    return y;
  },
};

describe('fold-batch-normalization', () => {
  it.each(Object.entries(FOLDED))('works it into %s', async (_name, compute) => {
    const t = new TestGraph();
    t.output('y', normalise(t, compute(t, t.input('x', ['n', 3, 5, 5])), 6));
    const before = t.graph.copy();
    runPasses(t.graph, [foldBatchNormalization, removeUnused]);
    expect(operatorsOf(t.graph)).not.toContain('BatchNormalization');
    expect(t.graph.initializers.size).toBe(2);
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });

  it.each(Object.entries(KEPT))('leaves %s', async (_name, compute) => {
    const t = new TestGraph();
    t.output('y', normalise(t, compute(t, t.input('x', ['n', 3, 5, 5])), 6));
    const before = t.graph.copy();
    runPasses(t.graph, [foldBatchNormalization, removeUnused]);
    expect(operatorsOf(t.graph)).toContain('BatchNormalization');
    expect(await differenceOf(before, t.graph)).toBe(0);
  });

  it('leaves weights that another convolution shares as they are', async () => {
    const t = new TestGraph();
    const [x, weights] = [t.input('x', ['n', 3, 5, 5]), t.normals(6, 3, 3, 3)] as const;
    t.output('normalised', normalise(t, t.node('Conv', [x, weights]), 6));
    t.output('plain', t.node('Conv', [x, weights]));
    const before = t.graph.copy();
    runPasses(t.graph, [foldBatchNormalization, removeUnused]);
    expect(await differenceOf(before, t.graph)).toBeLessThan(TOLERANCE);
  });
});
