import type { DataType } from '../graph/tensor-data.js';
import { TensorProto_DataType } from './onnx_pb.js';

/** The number by which ONNX knows each element type, in tensors and in `Cast`. */
export const ONNX_DATA_TYPE: Readonly<Record<DataType, TensorProto_DataType>> = {
  float32: TensorProto_DataType.FLOAT,
  float16: TensorProto_DataType.FLOAT16,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  int8: TensorProto_DataType.INT8,
  bool: TensorProto_DataType.BOOL,
};
