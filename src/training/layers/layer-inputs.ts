import type * as tf from '@tensorflow/tfjs';

/** What TF.js hands to `Layer.call` as its second argument. */
export interface CallOptions {
  [option: string]: unknown;
  training?: unknown;
}

/** The input of a layer that takes one tensor; TF.js passes it bare or as a list of one. */
export function onlyTensor(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
  return tensorAt(inputs, 0);
}

/** Input number `index` of a layer that takes several tensors. */
export function tensorAt(inputs: tf.Tensor | tf.Tensor[], index: number): tf.Tensor {
  const tensor = Array.isArray(inputs) ? inputs[index] : index === 0 ? inputs : undefined;
  if (tensor === undefined) throw new TypeError(`Expected an input tensor at position ${index}.`);
  return tensor;
}

/** The shape of input number `index`, batch first. */
export function shapeAt(shapes: tf.Shape | tf.Shape[], index: number): tf.Shape {
  const shape = isShapeList(shapes) ? shapes[index] : index === 0 ? shapes : undefined;
  if (shape === undefined) throw new TypeError(`Expected an input shape at position ${index}.`);
  return shape;
}

/** The size of the last axis, which must be known when a layer is built. */
export function channelsOf(shape: tf.Shape): number {
  const channels = shape.at(-1);
  if (channels === undefined || channels === null) {
    throw new TypeError(`Expected a known last axis, received the shape [${shape.join(', ')}].`);
  }
  return channels;
}

/** Whether a pass is a training pass: `model.apply(x, { training: true })`. */
export function isTraining(options: CallOptions): boolean {
  return options.training === true;
}

/**
 * Rows of each of the batches that lie one behind the other in an input; `rows` in all, as one batch, where nothing is said:
 * `model.apply(x, { training: true, batchRows: [4, 4, 3] })`.
 */
export function batchRowsOf(options: CallOptions, rows: number): number[] {
  const { batchRows } = options;
  return Array.isArray(batchRows) ? batchRows.map(Number) : [rows];
}

/** Whether a pass will be differentiated twice: `model.apply(x, { training: true, twiceDifferentiable: true })`. */
export function isTwiceDifferentiable(options: CallOptions): boolean {
  return options.twiceDifferentiable === true;
}

function isShapeList(shapes: tf.Shape | tf.Shape[]): shapes is tf.Shape[] {
  return Array.isArray(shapes[0]);
}
