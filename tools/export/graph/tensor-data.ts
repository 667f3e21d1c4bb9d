/**
 * Element types that a graph can hold. TF.js knows `float32`, `int32` and `bool`; ONNX wants `int64` for shapes;
 * `float16` and `int8` are for weights that take less room.
 */
export type DataType = 'float32' | 'float16' | 'int32' | 'int64' | 'int8' | 'bool';

export type TensorArray = Float32Array | Uint16Array | Int32Array | BigInt64Array | Int8Array | Uint8Array;

/** Numbers with their shape, row-major. A `Uint8Array` holds booleans, a `Uint16Array` the bits of `float16`. */
export interface TensorData<Data extends TensorArray = TensorArray> {
  readonly shape: readonly number[];
  readonly data: Data;
}

export function dataTypeOf(data: TensorArray): DataType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Uint16Array) return 'float16';
  if (data instanceof Int32Array) return 'int32';
  if (data instanceof BigInt64Array) return 'int64';
  if (data instanceof Int8Array) return 'int8';
  return 'bool';
}

/** The number of elements of a shape; 1 for a scalar's `[]`. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dimension) => size * dimension, 1);
}

/** A `float32` tensor of rank 0. */
export function floatScalar(value: number): TensorData<Float32Array> {
  return { shape: [], data: Float32Array.of(value) };
}

/** An `int64` vector: the form in which ONNX takes axes, shapes, pads and slices. */
export function int64Vector(values: readonly number[]): TensorData<BigInt64Array> {
  return { shape: [values.length], data: BigInt64Array.from(values, BigInt) };
}

/** The elements as plain numbers. */
export function numbersOf(tensor: TensorData): number[] {
  return Array.from(tensor.data, Number);
}
