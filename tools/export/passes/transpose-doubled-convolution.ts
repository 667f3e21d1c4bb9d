import { addInitializer, replaceNode } from '../graph/graph-builder.js';
import type { TensorData } from '../graph/tensor-data.js';
import type { SameConvolution } from './convolution-window.js';
import { doubledConvolutions } from './doubled-convolution.js';
import type { GraphPass } from './pass.js';

/**
 * Makes nearest ×2 and a 3×3 convolution one transposed convolution, 4×4 with stride 2: 16 multiplications for 36,
 * borders included, in a single node. For runtimes where each node costs, such as a graphics card's.
 */
export const transposeDoubledConvolution: GraphPass = {
  name: 'transpose-doubled-convolution',
  waits: true,
  run: (graph) => {
    const doublings = doubledConvolutions(graph);
    for (const { source, convolutions } of doublings) {
      for (const convolution of convolutions) {
        const { node } = convolution;
        const kernel = addInitializer(graph, `${node.name}/weights`, transposedKernel(convolution));
        replaceNode(graph, node, 'ConvTranspose', [source, kernel, ...node.inputs.slice(2)], {
          kernel_shape: [4, 4],
          strides: [2, 2],
          pads: [1, 1, 1, 1],
        });
      }
    }
    return doublings.length > 0;
  },
};

/** Which of the three taps, in one dimension, each of the four sums: neighbours often lie on the same place. */
const TAPS = [[2], [1, 2], [0, 1], [0]] as const;

/** `[filters, channels, 3, 3]` becomes `[channels, filters, 4, 4]`. */
function transposedKernel({ weights: { shape, data } }: SameConvolution): TensorData {
  const [filters = 0, channels = 0] = shape;
  const kernel = new Float32Array(channels * filters * 16);
  let target = 0;
  for (let channel = 0; channel < channels; channel++) {
    for (let filter = 0; filter < filters; filter++) {
      const start = (filter * channels + channel) * 9;
      for (const rows of TAPS) {
        for (const columns of TAPS) {
          let sum = 0;
          for (const row of rows) for (const column of columns) sum += data[start + 3 * row + column] ?? 0;
          kernel[target++] = sum;
        }
      }
    }
  }
  return { shape: [channels, filters, 4, 4], data: kernel };
}
