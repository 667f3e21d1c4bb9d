import * as tf from '@tensorflow/tfjs';
import { nativeBackend } from './native-backend.js';

/** Larger results of a convolution are left to TensorFlow's own kernel, which is faster there. */
const LARGEST_SIDE = 8;
const KERNEL = 'Conv2DBackpropFilter';
const BACKEND = 'tensorflow';

interface FilterGradientAttributes {
  strides: number | [number, number];
  pad: unknown;
  dataFormat: 'NHWC' | 'NCHW';
  filterShape: [number, number, number, number];
}

/** In TensorFlow.js's own registry the kernel says that it is this one: there is one registry, however often this file is loaded. */
const REPLACED = Symbol.for('wordbrush.convolution-gradients');

/**
 * Computes the gradient for the filter of a convolution that ends in a small map, or of a transposed one that starts from
 * one, as a single matrix product, equal to 1e-6 or better: TensorFlow's kernel takes up to five times as long where filters
 * have more numbers than maps. Only the native backend's kernel is replaced.
 */
export function registerConvolutionGradients(): void {
  const usual = tf.getKernel(KERNEL, BACKEND);
  if (usual === undefined || REPLACED in usual) return;
  const kernelFunc: typeof usual.kernelFunc = (parameters) => {
    const { x, dy } = parameters.inputs;
    const attributes = parameters.attrs as unknown as FilterGradientAttributes;
    const product = tf.tidy(() => productOfPatches(x as tf.Tensor, dy as tf.Tensor, attributes) ?? []);
    return Array.isArray(product) ? usual.kernelFunc(parameters) : product;
  };
  const replacement = { ...usual, kernelFunc, [REPLACED]: true };
  tf.unregisterKernel(KERNEL, BACKEND);
  tf.registerKernel(replacement);
}

/**
 * @param map what is convolved.
 * @param result the gradient of what came of it.
 * @returns undefined where TensorFlow's own kernel is to do it.
 */
function productOfPatches(
  map: tf.Tensor,
  result: tf.Tensor,
  { strides, pad, dataFormat, filterShape }: FilterGradientAttributes,
): tf.Tensor | undefined {
  const native = nativeBackend();
  const [height, width, channels, filters] = filterShape;
  const [, resultHeight = 0, resultWidth = 0] = result.shape;
  const isSmall = Math.max(resultHeight, resultWidth) <= LARGEST_SIDE;
  const isPlain = dataFormat === 'NHWC' && (pad === 'same' || pad === 'valid');
  if (native === undefined || !isSmall || !isPlain) return undefined;
  const [vertical, horizontal] = typeof strides === 'number' ? [strides, strides] : strides;
  const [patches] = native.execute(
    'ExtractImagePatches',
    [
      native.typeAttribute('T', 'float32'),
      native.integersAttribute('ksizes', [1, height, width, 1]),
      native.integersAttribute('strides', [1, vertical, horizontal, 1]),
      native.integersAttribute('rates', [1, 1, 1, 1]),
      native.stringAttribute('padding', pad.toUpperCase()),
    ],
    [map],
    1,
  );
  if (patches === undefined) throw new Error('ExtractImagePatches gave nothing.');
  const rows = patches.reshape<tf.Tensor2D>([-1, height * width * channels]);
  return tf.matMul(rows, result.reshape<tf.Tensor2D>([-1, filters]), true, false).reshape(filterShape);
}
