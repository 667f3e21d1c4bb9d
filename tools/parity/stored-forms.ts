import * as tf from '@tensorflow/tfjs';

/** What a case may store instead of a whole map `[batch, channels, height, width]`, to save space. */
const FORMS: ReadonlyMap<string, (whole: tf.Tensor) => tf.Tensor> = new Map([
  ['', (whole: tf.Tensor) => whole],
  ['.s3', (whole: tf.Tensor) => everyPixel(whole, 3)],
  ['.s5', (whole: tf.Tensor) => everyPixel(whole, 5)],
  ['.row0', (whole: tf.Tensor) => whole.slice(0, 1)],
]);

/** Suffixes that may follow the name of a stored tensor. */
export const FORM_SUFFIXES: readonly string[] = [...FORMS.keys()];

/** The part of a whole result, in the official layout, that a tensor with this suffix stores. */
export function storedForm(whole: tf.Tensor, suffix: string): tf.Tensor {
  const form = FORMS.get(suffix);
  if (form === undefined) throw new RangeError(`Expected one of ${FORM_SUFFIXES.join(', ')}, got ${suffix}.`);
  return form(whole);
}

/** `x[:, :, ::step, ::step]` */
function everyPixel(whole: tf.Tensor, step: number): tf.Tensor {
  const [batch, channels, height, width] = whole.shape as [number, number, number, number];
  const strides = [1, 1, step, step];
  return tf.stridedSlice(whole, [0, 0, 0, 0], [batch, channels, height, width], strides);
}
