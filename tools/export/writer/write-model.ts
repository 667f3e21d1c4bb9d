import { create, toBinary } from '@bufbuild/protobuf';
import { WordbrushError } from '../../../src/sdk/errors.js';
import type { Graph, Shape, Value } from '../graph/graph.js';
import { sortNodes } from '../graph/sort-nodes.js';
import { ONNX_DATA_TYPE } from './data-type.js';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorShapeProto_DimensionSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';
import { nodeProto } from './write-node.js';
import { tensorProto } from './write-tensor.js';

/** The first opset with LayerNormalization; ONNX Runtime has it since 1.12, in Node and in browsers. */
export const OPSET_VERSION = 17;

/** The file format that came with opset 17, so that every runtime that knows the opset reads the file. */
const IR_VERSION = 8;

/** Protobuf cannot hold more than this in one message. */
const MAX_SIZE_BYTES = 2 ** 31 - 1;

export interface WriteOptions {
  /** Name of the graph. */
  name: string;
  /** Text stored beside the graph. */
  metadata: Readonly<Record<string, string>>;
  /** Values to give as outputs beside the graph's own. */
  extraOutputs?: readonly Value[];
}

/** The ONNX file of a graph. Throws `MODEL_INVALID` for a graph with gaps or of more than 2 GiB. */
export function writeModel(graph: Graph, { name, metadata, extraOutputs = [] }: WriteOptions): Uint8Array {
  checkSize(graph);
  const nodes = sortNodes(graph);
  const domains = new Set(nodes.map((node) => node.domain).filter((domain) => domain !== ''));
  const model = create(ModelProtoSchema, {
    irVersion: BigInt(IR_VERSION),
    producerName: 'wordbrush',
    producerVersion: '0.1.0',
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(OPSET_VERSION) }),
      ...[...domains].map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
    ],
    metadataProps: Object.entries(metadata).map(([key, value]) =>
      create(StringStringEntryProtoSchema, { key, value }),
    ),
    graph: create(GraphProtoSchema, {
      name,
      input: graph.inputs.map(valueInfo),
      output: [...graph.outputs, ...extraOutputs].map(valueInfo),
      initializer: [...graph.initializers].map(([value, tensor]) => tensorProto(value.name, tensor)),
      node: nodes.map(nodeProto),
    }),
  });
  return toBinary(ModelProtoSchema, model);
}

function valueInfo({ name, dataType, shape }: Value): ValueInfoProto {
  return create(ValueInfoProtoSchema, {
    name,
    type: {
      value: {
        case: 'tensorType',
        value: {
          elemType: ONNX_DATA_TYPE[dataType],
          ...(shape === undefined ? {} : { shape: { dim: dimensions(shape) } }),
        },
      },
    },
  });
}

function dimensions(shape: Shape) {
  return shape.map((size) => {
    if (typeof size === 'number') {
      return create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: BigInt(size) } });
    }
    if (size === null) return create(TensorShapeProto_DimensionSchema);
    return create(TensorShapeProto_DimensionSchema, { value: { case: 'dimParam', value: size } });
  });
}

function checkSize(graph: Graph): void {
  const sizeBytes = [...graph.initializers.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  if (sizeBytes <= MAX_SIZE_BYTES) return;
  throw new WordbrushError(
    'MODEL_INVALID',
    `Expected weights of at most ${MAX_SIZE_BYTES} bytes, the most that an ONNX file holds, received ${sizeBytes}.`,
    { hint: 'Convert the parts of the model one by one.' },
  );
}
