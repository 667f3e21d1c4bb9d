/**
 * Turns a picture in [-1, 1], channel by channel (3, height, width), into opaque RGBA, row by row. A value x
 * becomes (x + 1) * 127.5, rounded to the nearest integer (halves to even) and clamped to 0..255.
 */
export function pixelsFromTensor(
  values: Float32Array | Int32Array,
  width: number,
  height: number,
): Uint8ClampedArray<ArrayBuffer> {
  const plane = width * height;
  // Uint8ClampedArray rounds and clamps by itself.
  const pixels = new Uint8ClampedArray(plane * 4);
  for (let i = 0; i < plane; i++) {
    pixels[i * 4] = ((values[i] ?? 0) + 1) * 127.5;
    pixels[i * 4 + 1] = ((values[plane + i] ?? 0) + 1) * 127.5;
    pixels[i * 4 + 2] = ((values[2 * plane + i] ?? 0) + 1) * 127.5;
    pixels[i * 4 + 3] = 255;
  }
  return pixels;
}
