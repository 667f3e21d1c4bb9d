/** Values that a network takes: (value - middle) / halfRange, of values from 0 to 255. */
export interface PixelRange {
  middle: number;
  halfRange: number;
}

/**
 * A picture as a network takes it, channel by channel: bilinear between the middles of pixels, edges repeated, no smoothing,
 * in double precision. The one rule for drawn and real pictures; PyTorch's `interpolate` with `align_corners=False` has it
 * too, and with it the usual FID.
 * @param pixels side × side × 3, RGB, 0 to 255.
 * @param target 3 × size × size, written from `offset`.
 */
export function resizeBilinear(
  pixels: Uint8Array,
  side: number,
  size: number,
  { middle: zero, halfRange }: PixelRange,
  target: Float32Array,
  offset: number,
): void {
  const taps = Array.from({ length: size }, (_, place) => {
    const middle = Math.min(side - 1, Math.max(0, ((place + 0.5) * side) / size - 0.5));
    const first = Math.floor(middle);
    return { first, next: Math.min(side - 1, first + 1), share: middle - first };
  });
  for (const [y, row] of taps.entries()) {
    const [above, below] = [row.first * side * 3, row.next * side * 3];
    for (const [x, column] of taps.entries()) {
      const [left, right] = [column.first * 3, column.next * 3];
      const topLeft = (1 - row.share) * (1 - column.share);
      const topRight = (1 - row.share) * column.share;
      const bottomLeft = row.share * (1 - column.share);
      const bottomRight = row.share * column.share;
      for (let channel = 0; channel < 3; channel++) {
        const value =
          topLeft * (pixels[above + left + channel] ?? 0) +
          topRight * (pixels[above + right + channel] ?? 0) +
          bottomLeft * (pixels[below + left + channel] ?? 0) +
          bottomRight * (pixels[below + right + channel] ?? 0);
        target[offset + (channel * size + y) * size + x] = (value - zero) / halfRange;
      }
    }
  }
}
