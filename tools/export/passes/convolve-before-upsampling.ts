import type { Attributes } from '../graph/attributes.js';
import type { Graph, Shape, Value } from '../graph/graph.js';
import { addInitializer, addOperator } from '../graph/graph-builder.js';
import type { SameConvolution } from './convolution-window.js';
import { doubledConvolutions } from './doubled-convolution.js';
import { interleaveInstead } from './interleaving.js';
import type { GraphPass } from './pass.js';

/**
 * Computes nearest ×2 and a 3×3 convolution on the small map: 9 multiplications for 36, borders included.
 *
 * In one dimension, with the kernel `a b c` and the map `x`, places `2i` and `2i + 1` of the result are
 * `a x[i-1] + (b + c) x[i]` and `(a + b) x[i] + c x[i+1]`. With `s = a + b + c` and the differences of neighbours, zero
 * beyond the border, that is `s x[i] - a (x[i] - x[i-1])` and `s x[i] + c (x[i+1] - x[i])`: three products for two
 * places rather than six, and nine for four in two dimensions. All are 1×1 convolutions, which runtimes are good at, and
 * together they have as many weights as the kernel.
 */
export const convolveBeforeUpsampling: GraphPass = {
  name: 'convolve-before-upsampling',
  waits: true,
  run: (graph) => {
    const doublings = doubledConvolutions(graph);
    for (const { name, source, convolutions } of doublings) {
      const differences = new Differences(graph, name, source);
      for (const convolution of convolutions) rewrite(graph, convolution, differences);
    }
    return doublings.length > 0;
  },
};

/** Which of two neighbouring places of the large map lie on one of the small map, in one dimension. */
type Phase = 0 | 1;

/** Rows, then columns; null in a dimension where the map itself is read and not its differences. */
type Direction = readonly [Phase | null, Phase | null];

const PHASES: readonly (readonly [Phase, Phase])[] = [
  [0, 0],
  [0, 1],
  [1, 0],
  [1, 1],
];

/** A map's differences between neighbours, each made once. */
class Differences {
  private readonly made = new Map<string, Value>();

  constructor(
    private readonly graph: Graph,
    private readonly name: string,
    private readonly map: Value,
  ) {}

  /** Phase 0 takes the neighbour before from the place, phase 1 the place from the neighbour behind. */
  along(direction: Direction, channels: number): Value {
    if (direction.every((phase) => phase === null)) return this.map;
    const known = this.made.get(direction.join());
    if (known !== undefined) return known;
    const [rows, columns] = direction;
    const taps = weightsOf(rows).flatMap((row) => weightsOf(columns).map((column) => row * column));
    const kernelShape = [weightsOf(rows).length, weightsOf(columns).length];
    const kernel = Float32Array.from(
      { length: channels * taps.length },
      (_, i) => taps[i % taps.length] ?? 0,
    );
    const weights = addInitializer(this.graph, `${this.name}/differences`, {
      shape: [channels, 1, ...kernelShape],
      data: kernel,
    });
    const attributes: Attributes = {
      kernel_shape: kernelShape,
      group: channels,
      pads: [
        ...direction.map((phase) => (phase === 0 ? 1 : 0)),
        ...direction.map((phase) => (phase === 1 ? 1 : 0)),
      ],
    };
    const difference = add(this.graph, `${this.name}/Difference`, 'Conv', [this.map, weights], {
      attributes,
      shape: this.map.shape,
    });
    this.made.set(direction.join(), difference);
    return difference;
  }
}

function weightsOf(phase: Phase | null): readonly number[] {
  return phase === null ? [1] : [-1, 1];
}

/** Nine 1×1 convolutions, their sums for each phase, and the phases side by side. */
function rewrite(graph: Graph, { node, weights }: SameConvolution, differences: Differences): void {
  const [filters = 0, channels = 0] = weights.shape;
  const product = (direction: Direction, bias: readonly Value[] = []) => {
    const input = differences.along(direction, channels);
    const kernel = addInitializer(graph, `${node.name}/weights`, {
      shape: [filters, channels, 1, 1],
      data: sumOfTaps(weights.data, direction),
    });
    return add(graph, node.name, 'Conv', [input, kernel, ...bias], {
      attributes: { kernel_shape: [1, 1] },
      shape: withChannels(input.shape, filters),
    });
  };
  const sum = (left: Value, right: Value) => add(graph, `${node.name}/Add`, 'Add', [left, right]);

  const [, , bias] = node.inputs;
  const map = product([null, null], bias === null || bias === undefined ? [] : [bias]);
  const rows = ([0, 1] as const).map((phase) => sum(product([phase, null]), map));
  const columns = ([0, 1] as const).map((phase) => product([null, phase]));
  const phases = PHASES.map(([row, column]) => {
    const [ofRow = map, ofColumn = map] = [rows[row], columns[column]];
    return sum(product([row, column]), sum(ofRow, ofColumn));
  });
  interleaveInstead(graph, node, phases);
}

/** For each filter and channel, what the kernel's taps in these directions sum up to: `a`, `c` or `a + b + c`. */
function sumOfTaps(kernel: Float32Array, direction: Direction): Float32Array {
  const [rows, columns] = direction.map(tapsOf);
  const sign = direction.reduce<number>((product, phase) => (phase === 0 ? -product : product), 1);
  const taps = (rows ?? []).flatMap((row) => (columns ?? []).map((column) => 3 * row + column));
  return Float32Array.from({ length: kernel.length / 9 }, (_, index) =>
    taps.reduce((sum, tap) => sum + sign * (kernel[9 * index + tap] ?? 0), 0),
  );
}

function tapsOf(phase: Phase | null): readonly number[] {
  return phase === null ? [0, 1, 2] : [2 * phase];
}

function withChannels(shape: Shape | undefined, channels: number): Shape | undefined {
  return shape?.map((size, axis) => (axis === 1 ? channels : size));
}

function add(
  graph: Graph,
  name: string,
  op: string,
  inputs: readonly Value[],
  { attributes = {}, shape }: { attributes?: Attributes; shape?: Shape | undefined } = {},
): Value {
  return addOperator(graph, name, op, inputs, { attributes, ...(shape === undefined ? {} : { shape }) });
}
