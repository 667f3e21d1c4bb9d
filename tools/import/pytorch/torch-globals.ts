import type { SafetensorsDtype } from '../../../src/training/weights/safetensors.js';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import { PickleFunction } from './pickle-machine.js';

/** A class such as `torch.FloatStorage`: it only says what the elements are. */
export class StorageType {
  readonly dtype: SafetensorsDtype;

  constructor(dtype: SafetensorsDtype) {
    this.dtype = dtype;
  }
}

/** Numbers that lie elsewhere in the file, under a key. */
export class StorageReference {
  readonly dtype: SafetensorsDtype;
  readonly key: string;
  readonly elementCount: number;

  constructor(dtype: SafetensorsDtype, key: string, elementCount: number) {
    this.dtype = dtype;
    this.key = key;
    this.elementCount = elementCount;
  }
}

/** A tensor as PyTorch saves it: a view into a storage. Offset and strides count elements. */
export class StridedTensor {
  readonly storage: StorageReference;
  readonly offset: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];

  constructor(
    storage: StorageReference,
    offset: number,
    shape: readonly number[],
    strides: readonly number[],
  ) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.strides = strides;
  }

  get elementCount(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }
}

const STORAGE_DTYPES: Readonly<Record<string, SafetensorsDtype>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

/**
 * Every global that a state dict may name, by `module.name`. Whatever is not in it is refused.
 * @param source what to call the file in a message.
 */
export function torchGlobals(source: string): ReadonlyMap<string, unknown> {
  const rebuildTensor = ([storage, offset, shape, strides]: readonly unknown[]): StridedTensor => {
    if (
      !(storage instanceof StorageReference) ||
      !isCount(offset) ||
      !isCounts(shape) ||
      !isCounts(strides)
    ) {
      throw invalidCheckpoint(source, 'a tensor lacks its storage, offset, shape or strides');
    }
    if (shape.length !== strides.length) {
      throw invalidCheckpoint(source, `a tensor has ${shape.length} sizes but ${strides.length} strides`);
    }
    return new StridedTensor(storage, offset, shape, strides);
  };
  const rebuildParameter = ([tensor]: readonly unknown[]): StridedTensor => {
    if (!(tensor instanceof StridedTensor)) throw invalidCheckpoint(source, 'a parameter lacks its tensor');
    return tensor;
  };
  const functions = [
    new PickleFunction('collections.OrderedDict', ([items]) => orderedDict(items, source)),
    new PickleFunction('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleFunction('torch._utils._rebuild_parameter', rebuildParameter),
  ];
  const storages = Object.entries(STORAGE_DTYPES).map(([name, dtype]) => {
    return [`torch.${name}`, new StorageType(dtype)] as const;
  });
  return new Map<string, unknown>([...functions.map((one) => [one.name, one] as const), ...storages]);
}

/**
 * What a persistent id stands for: `('storage', type, key, device, element count)`, in the legacy format followed by an
 * always empty view. Undefined if it is something else.
 */
export function storageReference(id: unknown): StorageReference | undefined {
  if (!Array.isArray(id)) return undefined;
  const [kind, type, key, , elementCount, view] = id;
  if (
    kind !== 'storage' ||
    !(type instanceof StorageType) ||
    typeof key !== 'string' ||
    !isCount(elementCount)
  ) {
    return undefined;
  }
  return view === undefined || view === null
    ? new StorageReference(type.dtype, key, elementCount)
    : undefined;
}

function orderedDict(items: unknown, source: string): Map<unknown, unknown> {
  if (items !== undefined)
    throw invalidCheckpoint(source, 'expected an OrderedDict to be filled item by item');
  return new Map();
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(isCount);
}
