import { z } from 'zod';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';
import { float16ToFloat32 } from './float16.js';

/** What holds the elements of each dtype. F16 and BF16 are bit patterns, BOOL one byte each. */
interface ElementArrays {
  F64: Float64Array;
  F32: Float32Array;
  F16: Uint16Array;
  BF16: Uint16Array;
  I64: BigInt64Array;
  I32: Int32Array;
  I16: Int16Array;
  I8: Int8Array;
  U64: BigUint64Array;
  U32: Uint32Array;
  U16: Uint16Array;
  U8: Uint8Array;
  BOOL: Uint8Array;
}

export type SafetensorsDtype = keyof ElementArrays;

/** A tensor in row-major order; `dtype` says which typed array `data` is. A scalar has the shape `[]`. */
export type SafetensorsTensor = {
  [D in SafetensorsDtype]: { dtype: D; shape: readonly number[]; data: ElementArrays[D] };
}[SafetensorsDtype];

export interface SafetensorsFile {
  /** In the order of their bytes in the file. */
  tensors: Map<string, SafetensorsTensor>;
  metadata: Record<string, string>;
}

type TypedData = SafetensorsTensor extends infer T
  ? T extends SafetensorsTensor
    ? Omit<T, 'shape'>
    : never
  : never;

interface DtypeLayout {
  bytes: number;
  wrap: (buffer: ArrayBuffer) => TypedData;
}

// The format is little-endian, as is every machine that the native TensorFlow library runs on.
const LAYOUTS: Record<SafetensorsDtype, DtypeLayout> = {
  F64: { bytes: 8, wrap: (buffer) => ({ dtype: 'F64', data: new Float64Array(buffer) }) },
  F32: { bytes: 4, wrap: (buffer) => ({ dtype: 'F32', data: new Float32Array(buffer) }) },
  F16: { bytes: 2, wrap: (buffer) => ({ dtype: 'F16', data: new Uint16Array(buffer) }) },
  BF16: { bytes: 2, wrap: (buffer) => ({ dtype: 'BF16', data: new Uint16Array(buffer) }) },
  I64: { bytes: 8, wrap: (buffer) => ({ dtype: 'I64', data: new BigInt64Array(buffer) }) },
  I32: { bytes: 4, wrap: (buffer) => ({ dtype: 'I32', data: new Int32Array(buffer) }) },
  I16: { bytes: 2, wrap: (buffer) => ({ dtype: 'I16', data: new Int16Array(buffer) }) },
  I8: { bytes: 1, wrap: (buffer) => ({ dtype: 'I8', data: new Int8Array(buffer) }) },
  U64: { bytes: 8, wrap: (buffer) => ({ dtype: 'U64', data: new BigUint64Array(buffer) }) },
  U32: { bytes: 4, wrap: (buffer) => ({ dtype: 'U32', data: new Uint32Array(buffer) }) },
  U16: { bytes: 2, wrap: (buffer) => ({ dtype: 'U16', data: new Uint16Array(buffer) }) },
  U8: { bytes: 1, wrap: (buffer) => ({ dtype: 'U8', data: new Uint8Array(buffer) }) },
  BOOL: { bytes: 1, wrap: (buffer) => ({ dtype: 'BOOL', data: new Uint8Array(buffer) }) },
};

const LENGTH_BYTES = 8;
/** Far above any real header; keeps a damaged length from allocating gigabytes. */
const MAX_HEADER_BYTES = 25_000_000;

const countSchema = z.number().int().nonnegative();
const entrySchema = z.object({
  dtype: z.enum(Object.keys(LAYOUTS) as [SafetensorsDtype, ...SafetensorsDtype[]]),
  shape: z.array(countSchema),
  data_offsets: z.tuple([countSchema, countSchema]),
});
const metadataSchema = z.record(z.string(), z.string());

type HeaderEntry = z.infer<typeof entrySchema> & { name: string };

/**
 * Reads a safetensors file: eight bytes of header length, a JSON header, the tensors' bytes. Copies the data, so that
 * `bytes` may be reused.
 * @param source what to call the data in a message, such as its path.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a truncated file, a broken header, and for tensors that overlap, leave
 * gaps, run past the end or do not have the size their shape says.
 */
export function readSafetensors(bytes: Uint8Array, source = 'the safetensors data'): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, source);
  const metadata = metadataSchema.safeParse(header.get('__metadata__') ?? {});
  if (!metadata.success)
    throw invalid(source, `expected __metadata__ to map strings to strings`, metadata.error);
  header.delete('__metadata__');

  const entries = [...header].map(([name, value]) => parseEntry(name, value, source));
  entries.sort((a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1]);
  const tensors = new Map<string, SafetensorsTensor>();
  let expectedBegin = 0;
  for (const { name, dtype, shape, data_offsets: offsets } of entries) {
    const [begin, end] = offsets;
    if (begin !== expectedBegin) {
      throw invalid(source, `expected the bytes of '${name}' to begin at ${expectedBegin}, got ${begin}`);
    }
    expectedBegin = end;
    if (dataStart + end > bytes.length) {
      throw invalid(source, `expected ${dataStart + end} bytes for '${name}', got ${bytes.length}`);
    }
    // A fresh copy: a view into `bytes` need not be aligned.
    const data = new Uint8Array(end - begin);
    data.set(bytes.subarray(dataStart + begin, dataStart + end));
    tensors.set(name, tensorOfBytes(dtype, shape, data));
  }
  if (dataStart + expectedBegin !== bytes.length) {
    throw invalid(source, `expected ${dataStart + expectedBegin} bytes in all, got ${bytes.length}`);
  }
  return { tensors, metadata: metadata.data };
}

/**
 * Writes tensors as one safetensors file; the same tensors in the same order give the same bytes.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if a tensor has more or fewer elements than its shape says.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, SafetensorsTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  // Wide elements first: then each tensor is aligned to its own element size, as the reference writer does it.
  const ordered = [...tensors].sort(([, a], [, b]) => LAYOUTS[b.dtype].bytes - LAYOUTS[a.dtype].bytes);
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set('__metadata__', metadata);
  let end = 0;
  for (const [name, { dtype, shape, data }] of ordered) {
    if (name === '__metadata__') throw invalid('the tensors to write', `expected no tensor named '${name}'`);
    if (elementCount(shape) !== data.length) {
      throw invalid('the tensors to write', `expected [${shape}] elements in '${name}', got ${data.length}`);
    }
    const begin = end;
    end += data.byteLength;
    header.set(name, { dtype, shape, data_offsets: [begin, end] });
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(LENGTH_BYTES + headerBytes + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, LENGTH_BYTES);
  file.fill(0x20, LENGTH_BYTES + json.length, LENGTH_BYTES + headerBytes);
  let at = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

/**
 * The elements as float32: F32 as they are, F16 and BF16 widened exactly, F64 rounded.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if the tensor holds integers.
 */
export function float32Of(tensor: SafetensorsTensor): Float32Array {
  switch (tensor.dtype) {
    case 'F32':
      return tensor.data;
    case 'F16':
      return float16ToFloat32(tensor.data);
    case 'BF16':
      return new Float32Array(Uint32Array.from(tensor.data, (bits) => bits << 16).buffer);
    case 'F64':
      return Float32Array.from(tensor.data);
    default:
      throw invalid('the tensor', `expected floating-point elements, got ${tensor.dtype}`);
  }
}

/** Bytes of one element. */
export function elementBytes(dtype: SafetensorsDtype): number {
  return LAYOUTS[dtype].bytes;
}

/**
 * A tensor of little-endian bytes, taken over without a copy when they fill their buffer.
 * @throws {WordbrushError} `WEIGHTS_INVALID` if there are more or fewer than the shape says.
 */
export function tensorOfBytes(
  dtype: SafetensorsDtype,
  shape: readonly number[],
  bytes: Uint8Array<ArrayBuffer>,
): SafetensorsTensor {
  const expected = elementCount(shape) * LAYOUTS[dtype].bytes;
  if (bytes.length !== expected)
    throw invalid('the tensor', `expected ${expected} bytes, got ${bytes.length}`);
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
  return { ...LAYOUTS[dtype].wrap(whole.buffer), shape };
}

function readHeader(bytes: Uint8Array, source: string): { header: Map<string, unknown>; dataStart: number } {
  if (bytes.length < LENGTH_BYTES) {
    throw invalid(source, `expected at least ${LENGTH_BYTES} bytes, got ${bytes.length}`);
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  const most = Math.min(bytes.length - LENGTH_BYTES, MAX_HEADER_BYTES);
  if (length > BigInt(most))
    throw invalid(source, `expected a header of at most ${most} bytes, got ${length}`);
  const dataStart = LENGTH_BYTES + Number(length);
  const parsed = parseJson(bytes.subarray(LENGTH_BYTES, dataStart), source);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw invalid(source, 'expected the header to be a JSON object');
  }
  return { header: new Map(Object.entries(parsed)), dataStart };
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    throw invalid(source, `expected the header to be JSON, got: ${reasonOf(error)}`, error);
  }
}

function parseEntry(name: string, value: unknown, source: string): HeaderEntry {
  const entry = entrySchema.safeParse(value);
  if (!entry.success) {
    throw invalid(
      source,
      `the header entry of '${name}' is wrong: ${z.prettifyError(entry.error)}`,
      entry.error,
    );
  }
  const { dtype, shape, data_offsets: offsets } = entry.data;
  const expected = elementCount(shape) * LAYOUTS[dtype].bytes;
  if (offsets[1] - offsets[0] !== expected) {
    throw invalid(
      source,
      `expected ${expected} bytes for '${name}' (${dtype} [${shape}]), got ${offsets[1] - offsets[0]}`,
    );
  }
  return { name, ...entry.data };
}

function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function invalid(source: string, reason: string, cause?: unknown): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `Cannot use ${source}: ${reason}.`, {
    hint: 'The file is damaged or was not written completely; get or write it again.',
    cause,
  });
}
