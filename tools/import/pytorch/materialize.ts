import {
  elementBytes,
  type SafetensorsTensor,
  tensorOfBytes,
} from '../../../src/training/weights/safetensors.js';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import type { StridedTensor } from './torch-globals.js';

/**
 * Copies a view out of its storage into row-major order.
 * @param storage the bytes of the storage that the view refers to.
 * @param name what to call the tensor in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if the view reaches beyond the storage.
 */
export function materialize(view: StridedTensor, storage: Uint8Array, name: string): SafetensorsTensor {
  const { shape, strides, offset } = view;
  const width = elementBytes(view.storage.dtype);
  if (storage.length !== view.storage.elementCount * width) {
    throw invalidCheckpoint(
      name,
      `expected a storage of ${view.storage.elementCount * width} bytes, got ${storage.length}`,
    );
  }
  const count = view.elementCount;
  const bytes = new Uint8Array(count * width);
  if (count > 0) {
    const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), offset);
    if (last >= view.storage.elementCount) {
      throw invalidCheckpoint(
        name,
        `element ${last} of a storage of ${view.storage.elementCount} was asked for`,
      );
    }
    copyStrided(storage, bytes, { shape, strides, offset, width });
  }
  return tensorOfBytes(view.storage.dtype, shape, bytes);
}

interface Layout {
  shape: readonly number[];
  strides: readonly number[];
  offset: number;
  width: number;
}

/** Walks the innermost axis in a loop and the outer ones like an odometer. */
function copyStrided(from: Uint8Array, to: Uint8Array, { shape, strides, offset, width }: Layout): void {
  const rowLength = shape.at(-1) ?? 1;
  const rowStride = strides.at(-1) ?? 1;
  const outerAxes = Math.max(shape.length - 1, 0);
  const index = new Array<number>(outerAxes).fill(0);
  let rowBegin = offset;
  for (let written = 0; written < to.length; ) {
    for (let i = 0; i < rowLength; i++, written += width) {
      const at = (rowBegin + i * rowStride) * width;
      for (let byte = 0; byte < width; byte++) to[written + byte] = from[at + byte] ?? 0;
    }
    for (let axis = outerAxes - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      rowBegin += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      rowBegin -= next * (strides[axis] ?? 0);
    }
  }
}
