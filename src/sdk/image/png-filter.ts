/** The rows of one picture as each of PNG's five filters makes them, by the number of the filter. */
type Candidates = readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];

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
  const newRow = () => new Uint8Array(rowBytes);
  const candidates: Candidates = [newRow(), newRow(), newRow(), newRow(), newRow()];
  // Both begin with a pixel of zeros, which is what the specification sees beyond the edge.
  let row = new Uint8Array(pixelBytes + rowBytes);
  let above = new Uint8Array(pixelBytes + rowBytes);
  for (let y = 0; y < height; y++) {
    row.set(samples.subarray(y * rowBytes, (y + 1) * rowBytes), pixelBytes);
    const type = filterRow(row, above, pixelBytes, candidates);
    const start = y * (rowBytes + 1);
    result[start] = type;
    result.set(candidates[type], start + 1);
    [row, above] = [above, row];
  }
  return result;
}

/**
 * Fills the candidates of a row, all in one pass: pictures are encoded on the thread that serves, where a call for each
 * byte and filter would hold up everything else for 20 ms.
 * @returns the number of the filter with the smallest differences.
 */
function filterRow(
  row: Uint8Array,
  above: Uint8Array,
  pixelBytes: number,
  [none, sub, up, average, paeth]: Candidates,
): 0 | 1 | 2 | 3 | 4 {
  let [noneCost, subCost, upCost, averageCost, paethCost] = [0, 0, 0, 0, 0];
  for (let x = 0; x < none.length; x++) {
    const value = row[x + pixelBytes] ?? 0;
    const left = row[x] ?? 0;
    const over = above[x + pixelBytes] ?? 0;
    const overLeft = above[x] ?? 0;
    none[x] = value;
    sub[x] = value - left;
    up[x] = value - over;
    average[x] = value - ((left + over) >>> 1);
    paeth[x] = value - predictPaeth(left, over, overLeft);
    noneCost += magnitude(value);
    subCost += magnitude(value - left);
    upCost += magnitude(value - over);
    averageCost += magnitude(value - ((left + over) >>> 1));
    paethCost += magnitude(value - predictPaeth(left, over, overLeft));
  }
  const least = Math.min(noneCost, subCost, upCost, averageCost, paethCost);
  if (least === noneCost) return 0;
  if (least === subCost) return 1;
  if (least === upCost) return 2;
  return least === averageCost ? 3 : 4;
}

/** Of a difference modulo 256, read as a number from -128 to 127. */
function magnitude(difference: number): number {
  return Math.abs((difference << 24) >> 24);
}

/** The neighbour that is nearest to left + above - above left. */
function predictPaeth(left: number, above: number, aboveLeft: number): number {
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) {
    return left;
  }
  return toAbove <= toAboveLeft ? above : aboveLeft;
}
