import type { SafetensorsDtype } from '../../../src/training/weights/safetensors.js';

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
  /** Of the storage as it is in the file. */
  readonly elementCount: number;
  /** Element at which this one begins: releases before 0.4 saved storages that are parts of others. */
  readonly begin: number;

  constructor(dtype: SafetensorsDtype, key: string, elementCount: number, begin = 0) {
    this.dtype = dtype;
    this.key = key;
    this.elementCount = elementCount;
    this.begin = begin;
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
