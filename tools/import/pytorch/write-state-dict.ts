import type { SafetensorsDtype } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import type { NamedTensors } from '../read-tensors.js';
import { writeZip } from '../zip/write-zip.js';

const STORAGES: Readonly<Partial<Record<SafetensorsDtype, string>>> = {
  F64: 'DoubleStorage',
  F32: 'FloatStorage',
  F16: 'HalfStorage',
  BF16: 'BFloat16Storage',
  I64: 'LongStorage',
  I32: 'IntStorage',
  I16: 'ShortStorage',
  I8: 'CharStorage',
  U8: 'ByteStorage',
  BOOL: 'BoolStorage',
};

/**
 * A state dict as PyTorch's zip format, which `torch.load` reads, with `weights_only` too: an OrderedDict of tensors,
 * each with a storage of its own.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a type of elements that PyTorch has no storage for.
 */
export function writeStateDict(tensors: NamedTensors): Uint8Array<ArrayBuffer> {
  const files = new Map<string, Uint8Array>([['archive/data.pkl', new Uint8Array()]]);
  files.set('archive/byteorder', Buffer.from('little'));
  const items: Buffer[] = [];
  for (const [name, { dtype, shape, data }] of tensors) {
    const type = STORAGES[dtype];
    if (type === undefined) throw invalidWeights(`'${name}'`, `PyTorch has no storage of ${dtype}`);
    const key = String(items.length);
    files.set(`archive/data/${key}`, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    items.push(Buffer.concat([unicode(name), tensorOf(type, key, shape, data.length)]));
  }
  files.set(
    'archive/data.pkl',
    Buffer.concat([opcodes('\x80\x02'), ORDERED_DICT, opcodes('('), ...items, opcodes('u.')]),
  );
  files.set('archive/version', Buffer.from('3\n'));
  return writeZip(files);
}

/** `collections.OrderedDict()` */
const ORDERED_DICT = opcodes('ccollections\nOrderedDict\n)R');

/** A call of `_rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)`, row-major. */
function tensorOf(type: string, key: string, shape: readonly number[], elementCount: number): Buffer {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
  return Buffer.concat([
    opcodes('ctorch._utils\n_rebuild_tensor_v2\n(('),
    unicode('storage'),
    opcodes(`ctorch\n${type}\n`),
    unicode(key),
    unicode('cpu'),
    integer(elementCount),
    opcodes('tQ'),
    integer(0),
    tuple(shape),
    tuple(strides),
    opcodes('\x89'),
    ORDERED_DICT,
    opcodes('tR'),
  ]);
}

function tuple(values: readonly number[]): Buffer {
  return Buffer.concat([opcodes('('), ...values.map(integer), opcodes('t')]);
}

/** LONG1, eight bytes. */
function integer(value: number): Buffer {
  const bytes = Buffer.from('\x8a\x08\0\0\0\0\0\0\0\0', 'latin1');
  bytes.writeBigInt64LE(BigInt(value), 2);
  return bytes;
}

/** BINUNICODE */
function unicode(text: string): Buffer {
  const content = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(content.length);
  return Buffer.concat([opcodes('X'), length, content]);
}

function opcodes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}
