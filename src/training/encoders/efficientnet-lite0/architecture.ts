import * as tf from '@tensorflow/tfjs';

/** An inverted residual block, as a row of the paper's table without its repeats. */
export interface BlockPlan {
  /** How many times wider the block is inside. */
  expansion: number;
  kernelSize: number;
  stride: number;
  filters: number;
}

const STAGES: readonly (BlockPlan & { repeats: number })[] = [
  { repeats: 1, expansion: 1, kernelSize: 3, stride: 1, filters: 16 },
  { repeats: 2, expansion: 6, kernelSize: 3, stride: 2, filters: 24 },
  { repeats: 2, expansion: 6, kernelSize: 5, stride: 2, filters: 40 },
  { repeats: 3, expansion: 6, kernelSize: 3, stride: 2, filters: 80 },
  { repeats: 3, expansion: 6, kernelSize: 5, stride: 1, filters: 112 },
  { repeats: 4, expansion: 6, kernelSize: 5, stride: 2, filters: 192 },
  { repeats: 1, expansion: 6, kernelSize: 3, stride: 1, filters: 320 },
];

const STEM_FILTERS = 32;
const CLASSES = 1000;
/** Of every batch normalisation. */
export const NORM_EPSILON = 1e-3;
/** The last block whose map still has a sixteenth of the input's side. */
export const REGIONS_BLOCK = 10;

/** Channels of the map with a sixteenth of the input's side. */
export const REGION_FEATURES = 112;
/** Length of the pooled vector. */
export const POOLED_FEATURES = 1280;

/** Every block of the network, in order; only the first of a stage has its stride. */
export function blockPlans(): BlockPlan[] {
  return STAGES.flatMap(({ repeats, stride, ...plan }) =>
    Array.from({ length: repeats }, (_, i) => ({ ...plan, stride: i === 0 ? stride : 1 })),
  );
}

/**
 * EfficientNet-Lite0 (tensorflow/tpu, `efficientnet/lite`: EfficientNet-B0 of Tan and Le 2019 without squeeze and
 * excitation, ReLU6 for swish) with weights yet to be set, frozen.
 *
 * Input: N×size×size×3, (pixel - 127) / 128. Outputs: regions N×size/16×size/16×112, pooled N×1280, logits N×1000
 * over ImageNet's classes. Layers are named `stem`, `block0` to `block15`, `head` and `classifier`, with a suffix.
 * @param size side of the input in pixels; null takes any.
 */
export function buildEfficientNetLite0(size: number | null = null): tf.LayersModel {
  const input = tf.input({ shape: [size, size, 3], name: 'image' });
  let x = convNorm(input, 'stem', { filters: STEM_FILTERS, kernelSize: 3, strides: 2 });
  x = relu6(x, 'stem_relu');
  let channels = STEM_FILTERS;
  let regions = x;
  for (const [index, plan] of blockPlans().entries()) {
    x = invertedResidual(x, `block${index}`, channels, plan);
    channels = plan.filters;
    if (index === REGIONS_BLOCK) regions = x;
  }
  x = relu6(convNorm(x, 'head', { filters: POOLED_FEATURES, kernelSize: 1, strides: 1 }), 'head_relu');
  const pooled = apply(tf.layers.globalAveragePooling2d({ name: 'head_pool' }), x);
  const logits = apply(tf.layers.dense({ units: CLASSES, name: 'classifier' }), pooled);
  const model = tf.model({ inputs: input, outputs: [regions, pooled, logits], name: 'efficientnet_lite0' });
  model.trainable = false;
  return model;
}

/** Widen, filter each channel for itself, narrow; added to the input where the shapes agree. */
function invertedResidual(
  input: tf.SymbolicTensor,
  name: string,
  channels: number,
  { expansion, kernelSize, stride, filters }: BlockPlan,
): tf.SymbolicTensor {
  let x = input;
  if (expansion > 1) {
    x = convNorm(x, `${name}_expand`, { filters: channels * expansion, kernelSize: 1, strides: 1 });
    x = relu6(x, `${name}_expand_relu`);
  }
  const depthwise = { kernelSize, strides: stride, padding: 'same', useBias: false } as const;
  x = apply(tf.layers.depthwiseConv2d({ ...depthwise, name: `${name}_depthwise_conv` }), x);
  x = relu6(norm(x, `${name}_depthwise`), `${name}_depthwise_relu`);
  x = convNorm(x, `${name}_project`, { filters, kernelSize: 1, strides: 1 });
  if (stride !== 1 || channels !== filters) return x;
  return apply(tf.layers.add({ name: `${name}_add` }), [x, input]);
}

function convNorm(
  input: tf.SymbolicTensor,
  name: string,
  options: { filters: number; kernelSize: number; strides: number },
): tf.SymbolicTensor {
  const conv = tf.layers.conv2d({ ...options, padding: 'same', useBias: false, name: `${name}_conv` });
  return norm(apply(conv, input), name);
}

function norm(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return apply(tf.layers.batchNormalization({ epsilon: NORM_EPSILON, name: `${name}_norm` }), input);
}

function relu6(input: tf.SymbolicTensor, name: string): tf.SymbolicTensor {
  return apply(tf.layers.reLU({ maxValue: 6, name }), input);
}

function apply(layer: tf.layers.Layer, input: tf.SymbolicTensor | tf.SymbolicTensor[]): tf.SymbolicTensor {
  const output = layer.apply(input);
  if (!(output instanceof tf.SymbolicTensor))
    throw new TypeError(`Expected ${layer.name} to give one output.`);
  return output;
}
