/** Predicts a byte from its neighbours: left, above, above left. The index is the filter type of PNG. */
type Predictor = (left: number, above: number, aboveLeft: number) => number;

const PREDICTORS: readonly Predictor[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >>> 1,
  paeth,
];

/**
 * Puts PNG's filter before each row: of the five, the one whose differences have the smallest sum of absolute
 * values (the heuristic that the PNG specification, section 12.7, recommends).
 * @returns `height` rows of one type byte and `rowBytes` differences.
 */
export function filterRows(
  samples: Uint8Array | Uint8ClampedArray,
  rowBytes: number,
  height: number,
  pixelBytes: number,
): Uint8Array<ArrayBuffer> {
  const result = new Uint8Array((rowBytes + 1) * height);
  const candidate = new Uint8Array(rowBytes);
  for (let y = 0; y < height; y++) {
    const start = y * (rowBytes + 1);
    let smallest = Number.POSITIVE_INFINITY;
    PREDICTORS.forEach((predict, type) => {
      const cost = filterRow(samples, y, rowBytes, pixelBytes, predict, candidate);
      if (cost < smallest) {
        smallest = cost;
        result[start] = type;
        result.set(candidate, start + 1);
      }
    });
  }
  return result;
}

/** Writes the differences of row `y` to `out` and returns the sum of their absolute values. */
function filterRow(
  samples: Uint8Array | Uint8ClampedArray,
  y: number,
  rowBytes: number,
  pixelBytes: number,
  predict: Predictor,
  out: Uint8Array,
): number {
  const row = y * rowBytes;
  let cost = 0;
  for (let x = 0; x < rowBytes; x++) {
    const hasLeft = x >= pixelBytes;
    const left = hasLeft ? (samples[row + x - pixelBytes] ?? 0) : 0;
    const above = y > 0 ? (samples[row + x - rowBytes] ?? 0) : 0;
    const aboveLeft = y > 0 && hasLeft ? (samples[row + x - rowBytes - pixelBytes] ?? 0) : 0;
    const difference = ((samples[row + x] ?? 0) - predict(left, above, aboveLeft)) & 0xff;
    out[x] = difference;
    cost += difference < 128 ? difference : 256 - difference;
  }
  return cost;
}

function paeth(left: number, above: number, aboveLeft: number): number {
  const estimate = left + above - aboveLeft;
  const toLeft = Math.abs(estimate - left);
  const toAbove = Math.abs(estimate - above);
  const toAboveLeft = Math.abs(estimate - aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) {
    return left;
  }
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
