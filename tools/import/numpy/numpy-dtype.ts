import {
  elementBytes,
  type SafetensorsDtype,
  type SafetensorsTensor,
  tensorOfBytes,
} from '../../../src/training/weights/safetensors.js';
import { PickledObject } from '../pickle/pickle-machine.js';

/** An array of numbers in row-major order. */
export type ArrayValues = SafetensorsTensor;

const DTYPES: Readonly<Record<string, SafetensorsDtype>> = {
  f8: 'F64',
  f4: 'F32',
  f2: 'F16',
  i8: 'I64',
  i4: 'I32',
  i2: 'I16',
  i1: 'I8',
  u8: 'U64',
  u4: 'U32',
  u2: 'U16',
  u1: 'U8',
  b1: 'BOOL',
};

/** NumPy's type of an element; the pickle says its byte order after it has made it. */
export class NumpyDtype extends PickledObject {
  isBigEndian: boolean;

  constructor(
    readonly dtype: SafetensorsDtype,
    isBigEndian = false,
  ) {
    super();
    this.isBigEndian = isBigEndian;
  }

  /** Of `f4`, `<f4`, `>i8`, ...; undefined for anything that is no plain number. */
  static parse(name: string): NumpyDtype | undefined {
    const [, order, kind] = /^([<>|=]?)([fiub][1248])$/.exec(name) ?? [];
    const dtype = kind === undefined ? undefined : DTYPES[kind];
    return dtype === undefined ? undefined : new NumpyDtype(dtype, order === '>');
  }

  override setState(state: unknown): string | undefined {
    if (!Array.isArray(state)) return 'the state of a NumPy type is damaged';
    const [, order] = state;
    this.isBigEndian = order === '>';
    return undefined;
  }
}

/** An array out of its bytes; a reason where they do not fit. */
export function arrayOfBytes(
  shape: readonly number[],
  { dtype, isBigEndian }: NumpyDtype,
  bytes: Uint8Array,
  isFortran: boolean,
): ArrayValues | string {
  const width = elementBytes(dtype);
  const count = shape.reduce((product, size) => product * size, 1);
  if (bytes.length !== count * width) {
    return `expected ${count * width} bytes for the shape [${shape.join(', ')}], got ${bytes.length}`;
  }
  if (isBigEndian && width > 1) return 'expected little-endian numbers, got big-endian ones';
  const copy = new Uint8Array(bytes);
  return tensorOfBytes(dtype, shape, isFortran && shape.length > 1 ? rowMajor(copy, shape, width) : copy);
}

/** Elements in column-major order, the first axis running fastest, put in row-major order. */
function rowMajor(from: Uint8Array, shape: readonly number[], width: number): Uint8Array<ArrayBuffer> {
  const to = new Uint8Array(from.length);
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  const count = from.length / width;
  for (let element = 0; element < count; element++) {
    let rest = element;
    let at = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      at += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    for (let byte = 0; byte < width; byte++) to[element * width + byte] = from[at * width + byte] ?? 0;
  }
  return to;
}
