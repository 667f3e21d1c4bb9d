import { create } from '@bufbuild/protobuf';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { type AttributeValue, isFloat, isFloats } from '../graph/attributes.js';
import type { GraphNode } from '../graph/graph.js';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  type NodeProto,
  NodeProtoSchema,
} from './onnx_pb.js';

const utf8 = new TextEncoder();

/** A node as protobuf. */
export function nodeProto(node: GraphNode): NodeProto {
  return create(NodeProtoSchema, {
    name: node.name,
    opType: node.op,
    // Written even if empty: some readers tell an absent domain from ONNX's own.
    domain: node.domain,
    input: node.inputs.map((input) => input?.name ?? ''),
    output: node.outputs.map((output) => output.name),
    attribute: Object.entries(node.attributes).map(([name, value]) => attributeProto(node, name, value)),
  });
}

function attributeProto(node: GraphNode, name: string, value: AttributeValue): AttributeProto {
  if (typeof value === 'string') {
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: utf8.encode(value) });
  }
  if (typeof value === 'number') {
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: integer(node, name, value) });
  }
  if (isFloat(value)) {
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
  }
  if (isFloats(value)) {
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOATS, floats: [...value.floats] });
  }
  if (isStrings(value)) {
    const strings = value.map((text) => utf8.encode(text));
    return create(AttributeProtoSchema, { name, type: AttributeType.STRINGS, strings });
  }
  const ints = value.map((entry) => integer(node, name, entry));
  return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints });
}

function integer(node: GraphNode, name: string, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new WordbrushError(
    'MODEL_INVALID',
    `Expected attribute "${name}" of node "${node.name}" to be an integer, received ${value}.`,
    { hint: 'Wrap a fraction: float(0.5).' },
  );
}

function isStrings(value: readonly number[] | readonly string[]): value is readonly string[] {
  return value.length > 0 && typeof value[0] === 'string';
}
