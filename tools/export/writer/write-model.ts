import { create, toBinary } from '@bufbuild/protobuf';
import { WordbrushError } from '../../../src/sdk/errors.js';
import type { Graph, Shape, Value } from '../graph/graph.js';
import { sortNodes } from '../graph/sort-nodes.js';
import { ONNX_DATA_TYPE } from './data-type.js';
import { lengthDelimited } from './length-delimited.js';
import {
  GraphProtoSchema,
  ModelProtoSchema,
  OperatorSetIdProtoSchema,
  StringStringEntryProtoSchema,
  TensorShapeProto_DimensionSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.js';
import { changeOpset, DEFAULT_OPSET, irVersionOf } from './opset.js';
import { nodeProto } from './write-node.js';
import { tensorParts } from './write-tensor.js';

/** What wrote the file, in the file. */
export const PRODUCER_VERSION = '0.1.0';

/** Protobuf cannot hold more than this in one message. */
const MAX_SIZE_BYTES = 2 ** 31 - 1;

export interface WriteOptions {
  /** Name of the graph. */
  name: string;
  /** Text stored beside the graph. */
  metadata: Readonly<Record<string, string>>;
  /** Version of ONNX's own operators. @default DEFAULT_OPSET, whose forms the graph has */
  opset?: number;
  /** Values to give as outputs beside the graph's own. */
  extraOutputs?: readonly Value[];
}

/**
 * The ONNX file of a graph. Throws `MODEL_INVALID` for a graph with gaps or of more than 2 GiB, `INVALID_OPTION` where
 * the opset does not have an operator.
 */
export function writeModel(written: Graph, options: WriteOptions): Uint8Array {
  return joinParts(modelParts(written, options));
}

/**
 * The same file in pieces, one behind the other. Those of weights are views of the graph's numbers: a file can be written
 * of them without a second copy of all.
 */
export function modelParts(written: Graph, options: WriteOptions): Uint8Array[] {
  const { name, metadata, opset = DEFAULT_OPSET, extraOutputs = [] } = options;
  checkSize(written);
  const graph = written.copy();
  changeOpset(graph, opset);
  const nodes = sortNodes(graph);
  const domains = new Set(nodes.map((node) => node.domain).filter((domain) => domain !== ''));
  const before = create(ModelProtoSchema, {
    irVersion: BigInt(irVersionOf(opset)),
    producerName: 'wordbrush',
    producerVersion: PRODUCER_VERSION,
  });
  const behind = create(ModelProtoSchema, {
    opsetImport: [
      create(OperatorSetIdProtoSchema, { domain: '', version: BigInt(opset) }),
      ...[...domains].map((domain) => create(OperatorSetIdProtoSchema, { domain, version: 1n })),
    ],
    metadataProps: metadataEntries(metadata),
  });
  const ends = create(GraphProtoSchema, {
    input: graph.inputs.map(valueInfo),
    output: [...graph.outputs, ...extraOutputs].map(valueInfo),
  });
  const graphParts = [
    toBinary(GraphProtoSchema, create(GraphProtoSchema, { name, node: nodes.map(nodeProto) })),
    ...[...graph.initializers].flatMap(([value, tensor]) =>
      lengthDelimited(GraphProtoSchema.field.initializer, tensorParts(value.name, tensor)),
    ),
    toBinary(GraphProtoSchema, ends),
  ];
  return [
    toBinary(ModelProtoSchema, before),
    ...lengthDelimited(ModelProtoSchema.field.graph, graphParts),
    toBinary(ModelProtoSchema, behind),
  ];
}

/** The pieces of a file as one. */
export function joinParts(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** The file with more text beside the graph. Protobuf reads messages that follow each other as one. */
export function appendMetadata(bytes: Uint8Array, metadata: Readonly<Record<string, string>>): Uint8Array {
  const more = toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, { metadataProps: metadataEntries(metadata) }),
  );
  const whole = new Uint8Array(bytes.length + more.length);
  whole.set(bytes);
  whole.set(more, bytes.length);
  return whole;
}

function metadataEntries(metadata: Readonly<Record<string, string>>) {
  return Object.entries(metadata).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value }));
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
