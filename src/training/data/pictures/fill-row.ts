const CHANNELS = 3;

/**
 * Writes a picture's bytes (0 to 255, side × side × 3, beginning at `from`) as numbers in [-1, 1], mirrored left to right
 * where `flip`, as row `row` of a batch.
 */
export function fillRow(
  values: Float32Array,
  row: number,
  pixels: Uint8Array,
  { from, side, flip }: { from: number; side: number; flip: boolean },
): void {
  const begin = row * side * side * CHANNELS;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const source = from + (y * side + (flip ? side - 1 - x : x)) * CHANNELS;
      const target = begin + (y * side + x) * CHANNELS;
      for (let channel = 0; channel < CHANNELS; channel++) {
        values[target + channel] = (pixels[source + channel] ?? 0) / 127.5 - 1;
      }
    }
  }
}
