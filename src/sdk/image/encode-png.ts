import type { Deflate } from '../runtime/platform.js';
import { createCrc32 } from './crc32.js';
import { filterRows } from './png-filter.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const COLOUR_TYPE_RGB = 2;
const COLOUR_TYPE_RGBA = 6;
const CHUNK_OVERHEAD_BYTES = 12;

/**
 * Encodes RGBA pixels, row by row, as PNG: 8 bits a channel, without the alpha channel if every pixel is opaque.
 * Decoding gives the same pixels everywhere; the compressed bytes may differ between JavaScript engines, since
 * the deflate is theirs.
 * @param deflate what compresses. @default the web platform's, where the platform has none that is quicker
 */
export async function encodePNG(
  pixels: Uint8ClampedArray,
  width: number,
  height: number,
  deflate: Deflate = deflateByStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const opaque = isOpaque(pixels);
  const channels = opaque ? 3 : 4;
  const samples = opaque ? withoutAlpha(pixels) : pixels;
  const compressed = await deflate(filterRows(samples, width * channels, height, channels));
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  header[9] = opaque ? COLOUR_TYPE_RGB : COLOUR_TYPE_RGBA;
  return assemble([
    ['IHDR', header],
    ['IDAT', compressed],
    ['IEND', new Uint8Array(0)],
  ]);
}

function assemble(chunks: readonly [type: string, content: Uint8Array][]): Uint8Array<ArrayBuffer> {
  const crc32 = createCrc32();
  const length = chunks.reduce(
    (sum, [, content]) => sum + CHUNK_OVERHEAD_BYTES + content.length,
    SIGNATURE.length,
  );
  const png = new Uint8Array(length);
  const view = new DataView(png.buffer);
  png.set(SIGNATURE);
  let offset = SIGNATURE.length;
  for (const [type, content] of chunks) {
    view.setUint32(offset, content.length);
    png.set(new TextEncoder().encode(type), offset + 4);
    png.set(content, offset + 8);
    const end = offset + 8 + content.length;
    view.setUint32(end, crc32(png.subarray(offset + 4, end)));
    offset = end + 4;
  }
  return png;
}

function isOpaque(pixels: Uint8ClampedArray): boolean {
  for (let i = 3; i < pixels.length; i += 4) {
    if (pixels[i] !== 255) {
      return false;
    }
  }
  return true;
}

function withoutAlpha(pixels: Uint8ClampedArray): Uint8Array {
  const samples = new Uint8Array((pixels.length / 4) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += 4, to += 3) {
    samples[to] = pixels[from] ?? 0;
    samples[to + 1] = pixels[from + 1] ?? 0;
    samples[to + 2] = pixels[from + 2] ?? 0;
  }
  return samples;
}

/** Compresses with zlib framing, which is what PNG wants and what the web platform calls `deflate`. */
async function deflateByStream(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new CompressionStream('deflate');
  const writer = stream.writable.getWriter();
  const [parts] = await Promise.all([readAll(stream.readable), writer.write(bytes), writer.close()]);
  const result = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    result.set(part, offset);
    offset += part.length;
  }
  return result;
}

async function readAll(stream: ReadableStream<Uint8Array>): Promise<Uint8Array[]> {
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
  }
  return parts;
}
