import type { SafetensorsDtype, SafetensorsTensor } from '../../../src/training/weights/safetensors.js';
import { elementBytes } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { ByteCursor } from '../pickle/byte-cursor.js';
import { materialize } from '../pytorch/materialize.js';
import { StorageReference, StridedTensor } from '../pytorch/strided-tensor.js';

/** An object of a Lua class that is no tensor, such as `nn.Linear`, and its fields. */
export class Torch7Object {
  fields: ReadonlyMap<unknown, unknown> = new Map();

  constructor(readonly className: string) {}

  tensor(name: string): SafetensorsTensor | undefined {
    const value = this.fields.get(name);
    return value instanceof Torch7Tensor ? value.tensor : undefined;
  }
}

/** A tensor; several may be views of one storage. */
export class Torch7Tensor {
  constructor(
    readonly tensor: SafetensorsTensor,
    /** Which numbers it shows: the same for tensors that share them. */
    readonly identity: string,
  ) {}
}

/** Numbers that tensors are views of. */
class Torch7Storage {
  constructor(
    readonly dtype: SafetensorsDtype,
    readonly bytes: Uint8Array,
    readonly index: number,
  ) {}
}

const NIL = 0;
const NUMBER = 1;
const STRING = 2;
const TABLE = 3;
const TORCH = 4;
const BOOLEAN = 5;
const FUNCTION = 6;
/** Functions that may be referred to again, in an older and a newer form. */
const SHARED_FUNCTIONS = [7, 8];
/** Graphs of modules nest a few hundred deep, a node inside the one before it. */
const MAX_DEPTH = 1500;
const MAX_VALUES = 4_000_000;
const MAX_RANK = 64;
/** A stride of 0 lets a tiny file describe tensors without end: what a file may say beyond what it holds. */
const SAID_PER_BYTE = 8;
const LEAST_SAID_BYTES = 2 ** 26;

const DTYPES: Readonly<Record<string, SafetensorsDtype>> = {
  Double: 'F64',
  Float: 'F32',
  Half: 'F16',
  Cuda: 'F32',
  CudaDouble: 'F64',
  CudaHalf: 'F16',
  Long: 'I64',
  CudaLong: 'I64',
  Int: 'I32',
  CudaInt: 'I32',
  Short: 'I16',
  CudaShort: 'I16',
  Char: 'I8',
  CudaChar: 'I8',
  Byte: 'U8',
  CudaByte: 'U8',
};

/**
 * Reads a binary `.t7` of Torch7 (`torch.save` in Lua, of a 64-bit little-endian machine). Tables become maps, tensors
 * {@link Torch7Tensor}, other objects {@link Torch7Object}. Code of functions is passed over and never run.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a file of another kind, a damaged one, or one made to fill the memory.
 */
export function readTorch7(bytes: Uint8Array, source: string): unknown {
  const other = otherForm(bytes);
  if (other !== undefined) throw invalidWeights(source, other);
  return new Torch7Reader(bytes, source).read(0);
}

/** Whether a file begins as a table or an object of Torch7 does, in any form. */
export function isTorch7(bytes: Uint8Array): boolean {
  if (bytes.length < 12) return false;
  if (otherForm(bytes) !== undefined) return true;
  const cursor = new ByteCursor(bytes, '');
  const type = cursor.int32();
  return (type === TABLE || type === TORCH) && cursor.int32() === 1;
}

/** What Torch7 can write and is not read: undefined for anything else. */
function otherForm(bytes: Uint8Array): string | undefined {
  const start = Buffer.from(bytes.subarray(0, 8));
  if (/^[34]\n1\n/.test(start.toString('latin1'))) return 'expected a binary .t7, got an ascii one';
  if (/^0000000[34]00000001$/.test(start.toString('hex')))
    return 'expected little-endian numbers, got a .t7 of big-endian ones';
  return undefined;
}

class Torch7Reader {
  readonly #cursor: ByteCursor;
  readonly #objects = new Map<number, unknown>();
  #valuesLeft = MAX_VALUES;
  #tensorBytesLeft: number;

  constructor(
    bytes: Uint8Array,
    private readonly source: string,
  ) {
    this.#cursor = new ByteCursor(bytes, source);
    this.#tensorBytesLeft = LEAST_SAID_BYTES + SAID_PER_BYTE * bytes.length;
  }

  read(depth: number): unknown {
    if (depth > MAX_DEPTH) throw this.invalid(`it is nested more than ${MAX_DEPTH} deep`);
    this.#valuesLeft -= 1;
    if (this.#valuesLeft < 0) throw this.invalid(`expected at most ${MAX_VALUES} values`);
    const type = this.#cursor.int32();
    switch (type) {
      case NIL:
        return null;
      case NUMBER:
        return this.#cursor.float64();
      case STRING:
        return this.#text();
      case BOOLEAN:
        return this.#cursor.int32() === 1;
      case FUNCTION:
        return this.#passOverFunction(depth);
      default:
        return this.#shared(type, depth);
    }
  }

  /** What may be referred to again, by a number. */
  #shared(type: number, depth: number): unknown {
    if (type !== TABLE && type !== TORCH && !SHARED_FUNCTIONS.includes(type)) {
      throw this.invalid(`expected a .t7 file, got a value of type ${type}`);
    }
    const index = this.#cursor.int32();
    if (this.#objects.has(index)) return this.#objects.get(index);
    if (type === TABLE) return this.#table(index, depth);
    if (type === TORCH) return this.#object(index, depth);
    this.#objects.set(index, null);
    return this.#passOverFunction(depth);
  }

  #table(index: number, depth: number): Map<unknown, unknown> {
    const table = new Map<unknown, unknown>();
    this.#objects.set(index, table);
    const size = this.#count(this.#cursor.int32());
    for (let i = 0; i < size; i++) {
      const key = this.read(depth + 1);
      table.set(key, this.read(depth + 1));
    }
    return table;
  }

  #object(index: number, depth: number): unknown {
    const version = this.#text();
    const className = /^V \d+$/.test(version) ? this.#text() : version;
    const [, kind = '', part] = /^torch\.(\w*?)(Tensor|Storage)$/.exec(className) ?? [];
    const dtype = DTYPES[kind];
    if (part !== undefined && dtype !== undefined) {
      const value = part === 'Storage' ? this.#storage(dtype, index) : this.#tensor(dtype, depth);
      this.#objects.set(index, value);
      return value;
    }
    const object = new Torch7Object(className);
    this.#objects.set(index, object);
    const fields = this.read(depth + 1);
    if (fields instanceof Map) object.fields = fields;
    return object;
  }

  #storage(dtype: SafetensorsDtype, index: number): Torch7Storage {
    const size = this.#count(this.#cursor.int64());
    return new Torch7Storage(dtype, this.#cursor.bytes(size * elementBytes(dtype)), index);
  }

  #tensor(dtype: SafetensorsDtype, depth: number): Torch7Tensor {
    const rank = this.#count(this.#cursor.int32());
    if (rank > MAX_RANK) throw this.invalid(`expected a tensor of a few axes, got ${rank}`);
    const sizes = Array.from({ length: rank }, () => this.#count(this.#cursor.int64()));
    const strides = Array.from({ length: rank }, () => this.#count(this.#cursor.int64()));
    const offset = this.#count(this.#cursor.int64() - 1);
    const storage = this.read(depth + 1);
    const isEmpty = storage === null || rank === 0;
    if (!isEmpty && !(storage instanceof Torch7Storage && storage.dtype === dtype)) {
      throw this.invalid('a tensor lacks its storage');
    }
    const shape = rank === 0 ? [0] : sizes;
    const bytes = storage instanceof Torch7Storage ? storage.bytes : new Uint8Array();
    const key = storage instanceof Torch7Storage ? storage.index : 0;
    const reference = new StorageReference(dtype, String(key), bytes.length / elementBytes(dtype));
    const view = new StridedTensor(reference, offset, shape, rank === 0 ? [1] : strides);
    this.#tensorBytesLeft -= view.elementCount * elementBytes(dtype);
    if (!(this.#tensorBytesLeft >= 0)) throw this.invalid('its tensors are larger than the file');
    const identity = `${key}/${offset}/${shape.join('x')}`;
    return new Torch7Tensor(materialize(view, bytes, this.source), identity);
  }

  /** Bytecode, then the values that the function closes over. */
  #passOverFunction(depth: number): null {
    this.#cursor.bytes(this.#count(this.#cursor.int32()));
    this.read(depth + 1);
    return null;
  }

  #text(): string {
    return this.#cursor.latin1(this.#count(this.#cursor.int32()));
  }

  #count(value: number): number {
    if (value < 0) throw this.invalid(`expected a size, got ${value}`);
    return value;
  }

  private invalid(reason: string): Error {
    return invalidWeights(this.source, reason);
  }
}
