/** A tensor outside any runtime: the values in row-major order and the size of each dimension. */
export interface TensorValue {
  data: Float32Array | Int32Array;
  dims: readonly number[];
}
