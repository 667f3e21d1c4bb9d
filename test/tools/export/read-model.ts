import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from '../../../tools/export/writer/onnx_pb.js';

/** An ONNX file as protobuf reads it. */
export function readModel(bytes: Uint8Array) {
  return fromBinary(ModelProtoSchema, bytes);
}

/** The text beside its graph, by key. */
export function metadataOf(bytes: Uint8Array): Record<string, string> {
  return Object.fromEntries(readModel(bytes).metadataProps.map(({ key, value }) => [key, value]));
}
