import {
  elementBytes,
  type SafetensorsTensor,
  tensorOfBytes,
} from '../../../src/training/weights/safetensors.js';
import { invalidWeights } from '../invalid-weights.js';
import type { StridedTensor } from './strided-tensor.js';

/**
 * A view of a storage as a tensor in row-major order. Its numbers stay in the storage where they lie there so, and are
 * else copied out of it each time that `data` is asked for: a checkpoint is in memory once.
 * @param storage the bytes of the storage that the view refers to.
 * @param name what to call the tensor in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if the view reaches beyond the storage.
 */
export function materialize(view: StridedTensor, storage: Uint8Array, name: string): SafetensorsTensor {
  checkBounds(view, storage, name);
  const { shape, strides, elementCount } = view;
  const { dtype, begin } = view.storage;
  const width = elementBytes(dtype);
  const layout = { shape, strides, offset: begin + view.offset, width };
  const read = () => {
    const whole = elementCount > 0 ? wholeFloats(storage, layout, view) : undefined;
    if (whole !== undefined) return { data: whole };
    const bytes = new Uint8Array(elementCount * width);
    if (elementCount > 0) copyStrided(storage, bytes, layout);
    return tensorOfBytes(dtype, shape, bytes);
  };
  const tensor = {
    dtype,
    shape,
    get data() {
      return read().data;
    },
  };
  // `data` is the typed array of `dtype`, as tensorOfBytes makes it.
  return tensor as SafetensorsTensor;
}

function checkBounds({ shape, strides, offset, storage }: StridedTensor, bytes: Uint8Array, name: string) {
  const width = elementBytes(storage.dtype);
  if (bytes.length !== storage.elementCount * width) {
    throw invalidWeights(
      name,
      `expected a storage of ${storage.elementCount * width} bytes, got ${bytes.length}`,
    );
  }
  if (shape.includes(0)) return;
  const first = storage.begin + offset;
  const last = shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), first);
  if (last >= storage.elementCount) {
    throw invalidWeights(name, `element ${last} of a storage of ${storage.elementCount} was asked for`);
  }
}

/** Numbers that lie in the file as they are wanted, at a place where they may be looked at there. */
function wholeFloats(storage: Uint8Array, { shape, strides, offset, width }: Layout, view: StridedTensor) {
  const begin = storage.byteOffset + offset * width;
  const { run } = longestRun(shape, strides);
  if (view.storage.dtype !== 'F32' || begin % width !== 0 || run !== view.elementCount) return undefined;
  return new Float32Array(storage.buffer, begin, run);
}

interface Layout {
  shape: readonly number[];
  strides: readonly number[];
  offset: number;
  width: number;
}

/** Copies the longest runs that lie together; walks the axes outside of them like an odometer. */
function copyStrided(from: Uint8Array, to: Uint8Array, { shape, strides, offset, width }: Layout): void {
  const { run, outerAxes } = longestRun(shape, strides);
  const runBytes = run * width;
  const index = new Array<number>(outerAxes).fill(0);
  let begin = offset;
  for (let written = 0; written < to.length; written += runBytes) {
    const at = begin * width;
    if (runBytes > 16) to.set(from.subarray(at, at + runBytes), written);
    else for (let byte = 0; byte < runBytes; byte++) to[written + byte] = from[at + byte] ?? 0;
    for (let axis = outerAxes - 1; axis >= 0; axis--) {
      const next = (index[axis] ?? 0) + 1;
      begin += strides[axis] ?? 0;
      if (next < (shape[axis] ?? 1)) {
        index[axis] = next;
        break;
      }
      index[axis] = 0;
      begin -= next * (strides[axis] ?? 0);
    }
  }
}

/** How many elements at a time lie together, and how many axes are outside of such a run. */
function longestRun(
  shape: readonly number[],
  strides: readonly number[],
): { run: number; outerAxes: number } {
  let run = 1;
  let outerAxes = shape.length;
  while (outerAxes > 0 && (strides[outerAxes - 1] === run || shape[outerAxes - 1] === 1)) {
    outerAxes -= 1;
    run *= shape[outerAxes] ?? 1;
  }
  return { run, outerAxes };
}
