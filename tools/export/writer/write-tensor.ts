import { create, toBinary } from '@bufbuild/protobuf';
import { dataTypeOf, type TensorArray, type TensorData } from '../graph/tensor-data.js';
import { ONNX_DATA_TYPE } from './data-type.js';
import { lengthDelimited } from './length-delimited.js';
import { TensorProtoSchema } from './onnx_pb.js';

/** A tensor as protobuf, its numbers as raw bytes, which are a view of them. */
export function tensorParts(name: string, { shape, data }: TensorData): Uint8Array[] {
  const head = create(TensorProtoSchema, {
    name,
    dims: shape.map(BigInt),
    dataType: ONNX_DATA_TYPE[dataTypeOf(data)],
  });
  const rawData = lengthDelimited(TensorProtoSchema.field.rawData, [littleEndianBytes(data)]);
  return [toBinary(TensorProtoSchema, head), ...rawData];
}

/** ONNX stores raw data little-endian, which is how all machines that run Node or a browser today have it. */
function littleEndianBytes(data: TensorArray): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
