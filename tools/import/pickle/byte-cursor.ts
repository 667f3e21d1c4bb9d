import { invalidWeights } from '../invalid-weights.js';

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });
/** A line is a number, a name or a text of protocol 0. */
const MAX_LINE_BYTES = 2 ** 20;

/** Reads little-endian numbers and texts one after the other, never past the end. */
export class ByteCursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #source: string;
  #at: number;

  /** @param source what to call the bytes in a message. */
  constructor(bytes: Uint8Array, source: string, at = 0) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#source = source;
    this.#at = at;
  }

  /** Offset of the next byte. */
  get position(): number {
    return this.#at;
  }

  /** Of all bytes. */
  get length(): number {
    return this.#bytes.length;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** @throws {WordbrushError} `WEIGHTS_INVALID` beyond 2^53. */
  uint64(): number {
    const value = this.#view.getBigUint64(this.#advance(8), true);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) {
      throw invalidWeights(this.#source, `expected a length, got ${value} at byte ${this.#at - 8}`);
    }
    return Number(value);
  }

  /** @throws {WordbrushError} `WEIGHTS_INVALID` beyond 2^53 either way. */
  int64(): number {
    const value = Number(this.#view.getBigInt64(this.#advance(8), true));
    if (!Number.isSafeInteger(value)) {
      throw invalidWeights(this.#source, `expected a size, got ${value} at byte ${this.#at - 8}`);
    }
    return value;
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** Big-endian, the one such number in a pickle. */
  float64BigEndian(): number {
    return this.#view.getFloat64(this.#advance(8), false);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const begin = this.#advance(length);
    return this.#bytes.subarray(begin, begin + length);
  }

  utf8(length: number): string {
    return UTF8.decode(this.bytes(length));
  }

  /** Each byte a character. */
  latin1(length: number): string {
    const bytes = this.bytes(length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  }

  /** Text in latin-1 up to a line feed, which is skipped. */
  line(): string {
    const end = this.#bytes.subarray(this.#at, this.#at + MAX_LINE_BYTES).indexOf(0x0a);
    if (end < 0) {
      throw invalidWeights(
        this.#source,
        `expected a line of at most ${MAX_LINE_BYTES} bytes at byte ${this.#at}`,
      );
    }
    const text = this.latin1(end);
    this.#at += 1;
    return text;
  }

  #advance(length: number): number {
    const begin = this.#at;
    if (begin + length > this.#bytes.length) {
      throw invalidWeights(
        this.#source,
        `expected ${length} bytes at byte ${begin}, got ${this.#bytes.length - begin}`,
      );
    }
    this.#at += length;
    return begin;
  }
}
