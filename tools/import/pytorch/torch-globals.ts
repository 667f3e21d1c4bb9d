import type { SafetensorsDtype } from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import { numpyGlobals } from '../numpy/numpy-globals.js';
import { containerGlobals } from '../pickle/container-globals.js';
import { PickleFunction } from '../pickle/pickle-machine.js';
import { StorageReference, StorageType, StridedTensor } from './strided-tensor.js';

/** More axes than any tensor in use has. */
const MAX_RANK = 64;

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

const TYPES = [
  ...['float16', 'float32', 'float64', 'bfloat16', 'complex64', 'complex128', 'bool'],
  ...['int8', 'int16', 'int32', 'int64', 'uint8'],
];

/**
 * Every global that a checkpoint may name, by `module.name`: tensors, their storages, plain containers, and the NumPy
 * numbers that trainers put beside them. Whatever is not in it is refused.
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
      throw invalidWeights(source, 'a tensor lacks its storage, offset, shape or strides');
    }
    if (shape.length !== strides.length) {
      throw invalidWeights(source, `a tensor has ${shape.length} sizes but ${strides.length} strides`);
    }
    // Copies, for the pickle may go on to change its lists.
    return new StridedTensor(storage, offset, [...shape], [...strides]);
  };
  const rebuildParameter = ([tensor]: readonly unknown[]): StridedTensor => {
    if (!(tensor instanceof StridedTensor)) throw invalidWeights(source, 'a parameter lacks its tensor');
    return tensor;
  };
  const functions = [
    new PickleFunction('torch._utils._rebuild_tensor', rebuildTensor),
    new PickleFunction('torch._utils._rebuild_tensor_v2', rebuildTensor),
    new PickleFunction('torch._utils._rebuild_parameter', rebuildParameter),
    new PickleFunction('torch._utils._rebuild_parameter_with_state', rebuildParameter),
    new PickleFunction('torch.Size', ([sizes]) => (Array.isArray(sizes) ? [...sizes] : [])),
    // Only says where a tensor was.
    new PickleFunction('torch.device', () => null),
    new PickleFunction('torch.serialization._get_layout', () => null),
  ];
  const storages = Object.entries(STORAGE_DTYPES).flatMap(([name, dtype]) => {
    const type = new StorageType(dtype);
    return [[`torch.${name}`, type] as const, [`torch.cuda.${name}`, type] as const];
  });
  return new Map<string, unknown>([
    ...containerGlobals(source),
    ...numpyGlobals(source),
    ...functions.map((one) => [one.name, one] as const),
    ...storages,
    // Types stand for themselves: trainers note which one they used.
    ...TYPES.map((type) => [`torch.${type}`, type] as const),
  ]);
}

/**
 * What a persistent id stands for: `('storage', type, key, device, element count)`, in the legacy format followed by
 * nothing or by the part of the storage that is meant, `(key, first element, element count)`. Undefined if it is
 * something else.
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
  if (view === undefined || view === null) return new StorageReference(type.dtype, key, elementCount);
  if (!Array.isArray(view)) return undefined;
  const [, begin, size] = view;
  if (!isCount(begin) || !isCount(size) || begin + size > elementCount) return undefined;
  return new StorageReference(type.dtype, key, elementCount, begin);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= MAX_RANK && value.every(isCount);
}
