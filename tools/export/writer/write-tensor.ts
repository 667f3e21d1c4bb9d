import { create } from '@bufbuild/protobuf';
import { dataTypeOf, type TensorArray, type TensorData } from '../graph/tensor-data.js';
import { ONNX_DATA_TYPE } from './data-type.js';
import { type TensorProto, TensorProtoSchema } from './onnx_pb.js';

/** A tensor as protobuf, its numbers as raw bytes. */
export function tensorProto(name: string, { shape, data }: TensorData): TensorProto {
  return create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: ONNX_DATA_TYPE[dataTypeOf(data)],
    rawData: littleEndianBytes(data),
  });
}

/** ONNX stores raw data little-endian, which is how all machines that run Node or a browser today have it. */
function littleEndianBytes(data: TensorArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
