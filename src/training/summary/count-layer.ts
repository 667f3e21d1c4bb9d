import type * as tf from '@tensorflow/tfjs';
import { InputStartRecurrence } from '../encoders/char-cnn-rnn/input-start-recurrence.js';
import { channelsOf, shapeAt } from '../layers/layer-inputs.js';
import { LstmDirection } from '../layers/lstm-direction.js';
import { WordAttention } from '../layers/word-attention.js';
import { WordContext } from '../layers/word-context.js';

export interface LayerCount {
  name: string;
  className: string;
  /** What one picture or caption gives, without the batch. */
  outputShape: number[];
  /** Numbers in its weights but for running statistics. */
  parameters: number;
  /** Of one picture or caption. */
  multiplyAdds: number;
  /** Bytes of the output in single precision. */
  outputBytes: number;
}

/** Weights that are no parameters: no gradient ever moves them. */
const STATISTICS = new Set(['moving_mean', 'moving_variance', 'singular_vector']);
const BYTES_PER_NUMBER = 4;

/**
 * Counts a layer of a built model as the published counts of these architectures do: multiplications with an addition
 * in convolutions, linear and recurrent layers and attention; none in normalisation, activations, embeddings and
 * resizing. `UpConv2D` counts as what it stands for, nearest ×2 and a convolution 3×3 on the large map, though it
 * runs with 16 multiplications for every 36. The bias of an `LstmDirection` counts twice: the official code keeps
 * two, of which ours is the sum.
 *
 * @param unknownSize what stands for axes of unknown length: words of a caption, or the side of a map.
 */
export function countLayer(layer: tf.layers.Layer, unknownSize: number): LayerCount {
  const outputShape = knownShape(shapeAt(layer.outputShape, 0), unknownSize);
  return {
    name: layer.name,
    className: layer.getClassName(),
    outputShape,
    parameters: parametersOf(layer),
    multiplyAdds: multiplyAddsOf(layer, outputShape, unknownSize),
    outputBytes: product(outputShape) * BYTES_PER_NUMBER,
  };
}

function parametersOf(layer: tf.layers.Layer): number {
  const counted = layer.weights.filter((weight) => !STATISTICS.has(weightName(weight)));
  const own = sum(counted.map(sizeOf));
  if (!(layer instanceof LstmDirection)) return own;
  return own + sum(counted.filter((weight) => weightName(weight) === 'bias').map(sizeOf));
}

/** Every number of a kernel meets every place of the output once. */
function multiplyAddsOf(layer: tf.layers.Layer, outputShape: number[], unknownSize: number): number {
  if (layer instanceof WordAttention) {
    const [map] = inputShapes(layer);
    return product(outputShape) * channelsOf(map ?? []);
  }
  if (layer instanceof WordContext) {
    const [attention] = inputShapes(layer);
    return product(knownShape(attention ?? [], unknownSize)) * (outputShape.at(-1) ?? 0);
  }
  if (layer.getClassName() === 'Embedding') return 0;
  const kernels = layer.weights.filter(
    (weight) => weight.shape.length > 1 && !STATISTICS.has(weightName(weight)),
  );
  const places = product(outputShape.slice(0, -1));
  if (layer instanceof InputStartRecurrence) {
    // No state comes before the first step.
    return sum(kernels.map((kernel) => sizeOf(kernel) * (isRecurrent(kernel) ? places - 1 : places)));
  }
  return sum(kernels.map(sizeOf)) * places;
}

function isRecurrent(kernel: tf.LayerVariable): boolean {
  return weightName(kernel) === 'recurrent_kernel';
}

function inputShapes({ input }: tf.layers.Layer): tf.Shape[] {
  return (Array.isArray(input) ? input : [input]).map(({ shape }) => shape);
}

/** Without the batch. */
function knownShape(shape: tf.Shape, unknownSize: number): number[] {
  return shape.slice(1).map((size) => size ?? unknownSize);
}

/** `kernel` of `upsample1/conv/kernel`. */
function weightName({ originalName }: tf.LayerVariable): string {
  return originalName.split('/').at(-1) ?? '';
}

function sizeOf({ shape }: tf.LayerVariable): number {
  return product(shape.map((size) => size ?? 0));
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total * size, 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
