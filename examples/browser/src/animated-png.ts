// An animated PNG: every browser shows one, and its pixels are those that were drawn.

const SIGNATURE_BYTES = 8;

interface Chunk {
  type: string;
  content: Uint8Array;
}

/**
 * Joins PNG files of one size to an animation that repeats for ever.
 * @param frameMs how long each is shown.
 */
export function animatedPng(frames: readonly Uint8Array[], frameMs: number): Uint8Array<ArrayBuffer> {
  const files = frames.map(readChunks);
  const header = files[0]?.find(({ type }) => type === 'IHDR');
  if (header === undefined) throw new Error('An animation takes a frame.');
  const size = header.content.subarray(0, 8);
  let sequence = 0;
  const chunks: Chunk[] = [header, { type: 'acTL', content: numbers(frames.length, 0) }];
  for (const [index, file] of files.entries()) {
    const timing = Uint8Array.of(frameMs >> 8, frameMs & 255, 1000 >> 8, 1000 & 255, 0, 0);
    chunks.push({ type: 'fcTL', content: join([numbers(sequence++), size, numbers(0, 0), timing]) });
    for (const { type, content } of file) {
      if (type !== 'IDAT') continue;
      chunks.push(
        index === 0 ? { type, content } : { type: 'fdAT', content: join([numbers(sequence++), content]) },
      );
    }
  }
  chunks.push({ type: 'IEND', content: new Uint8Array(0) });
  const signature = frames[0]?.subarray(0, SIGNATURE_BYTES) ?? new Uint8Array(0);
  return join([signature, ...chunks.map(writeChunk)]);
}

function readChunks(png: Uint8Array): Chunk[] {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: Chunk[] = [];
  for (let at = SIGNATURE_BYTES; at < png.byteLength; ) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    chunks.push({ type, content: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return chunks;
}

function writeChunk({ type, content }: Chunk): Uint8Array {
  const body = join([new TextEncoder().encode(type), content]);
  return join([numbers(content.byteLength), body, numbers(crc32(body))]);
}

/** 32 bits each, the highest byte first. */
function numbers(...values: number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * 4));
  for (const [index, value] of values.entries()) view.setUint32(index * 4, value);
  return new Uint8Array(view.buffer);
}

function join(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.byteLength;
  }
  return joined;
}

function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb8_8320 : 0);
  }
  return (crc ^ 0xffff_ffff) >>> 0;
}
