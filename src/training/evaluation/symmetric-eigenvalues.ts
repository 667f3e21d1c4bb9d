/**
 * The eigenvalues of a symmetric matrix, in no particular order: reflections to three diagonals, then the implicit QR
 * step with Wilkinson's shift (Golub and Van Loan, Matrix Computations, algorithms 8.3.1 to 8.3.3).
 * @param matrix `[size, size]` row-major; its content is lost.
 */
export function symmetricEigenvalues(matrix: Float64Array, size: number): Float64Array {
  const { diagonal, offDiagonal } = toThreeDiagonals(matrix, size);
  let end = size - 1;
  while (end > 0) {
    for (let i = 0; i < end; i++) {
      const bound = Number.EPSILON * (Math.abs(diagonal[i] ?? 0) + Math.abs(diagonal[i + 1] ?? 0));
      if (Math.abs(offDiagonal[i] ?? 0) <= bound) offDiagonal[i] = 0;
    }
    while (end > 0 && offDiagonal[end - 1] === 0) end--;
    let begin = end;
    while (begin > 0 && offDiagonal[begin - 1] !== 0) begin--;
    if (begin < end) shiftedStep(diagonal, offDiagonal, begin, end);
  }
  return diagonal;
}

interface ThreeDiagonals {
  diagonal: Float64Array;
  /** Element `i` stands between `i` and `i + 1`. */
  offDiagonal: Float64Array;
}

/** One reflection a column; the rest of the matrix gets `- v wᵀ - w vᵀ`. */
function toThreeDiagonals(matrix: Float64Array, size: number): ThreeDiagonals {
  const diagonal = new Float64Array(size);
  const offDiagonal = new Float64Array(Math.max(size - 1, 0));
  const [v, w] = [new Float64Array(size), new Float64Array(size)];
  for (let k = 0; k < size; k++) {
    diagonal[k] = matrix[k * size + k] ?? 0;
    if (k === size - 1) break;
    let squares = 0;
    for (let i = k + 1; i < size; i++) {
      v[i] = matrix[k * size + i] ?? 0;
      squares += (v[i] ?? 0) ** 2;
    }
    const first = v[k + 1] ?? 0;
    const alpha = first > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
    offDiagonal[k] = alpha;
    v[k + 1] = first - alpha;
    const half = alpha * (alpha - first);
    if (half > 0) reflect(matrix, size, { v, w, from: k + 1, beta: 1 / half });
  }
  return { diagonal, offDiagonal };
}

/** `A - v wᵀ - w vᵀ` on rows and columns from `from` on, with `w = βAv - (β²vᵀAv / 2) v`. */
function reflect(
  matrix: Float64Array,
  size: number,
  { v, w, from, beta }: { v: Float64Array; w: Float64Array; from: number; beta: number },
): void {
  let product = 0;
  for (let i = from; i < size; i++) {
    let sum = 0;
    const row = i * size;
    for (let j = from; j < size; j++) sum += (matrix[row + j] ?? 0) * (v[j] ?? 0);
    w[i] = beta * sum;
    product += (w[i] ?? 0) * (v[i] ?? 0);
  }
  const share = (beta * product) / 2;
  for (let i = from; i < size; i++) w[i] = (w[i] ?? 0) - share * (v[i] ?? 0);
  for (let i = from; i < size; i++) {
    const [vi, wi, row] = [v[i] ?? 0, w[i] ?? 0, i * size];
    for (let j = from; j < size; j++) {
      matrix[row + j] = (matrix[row + j] ?? 0) - vi * (w[j] ?? 0) - wi * (v[j] ?? 0);
    }
  }
}

/** One QR step on the part from `begin` to `end` that falls apart nowhere. */
function shiftedStep(diagonal: Float64Array, offDiagonal: Float64Array, begin: number, end: number): void {
  const last = diagonal[end] ?? 0;
  const corner = offDiagonal[end - 1] ?? 0;
  const half = ((diagonal[end - 1] ?? 0) - last) / 2;
  const shift = last - corner ** 2 / (half + (half < 0 ? -1 : 1) * Math.hypot(half, corner));
  let x = (diagonal[begin] ?? 0) - shift;
  let z = offDiagonal[begin] ?? 0;
  for (let k = begin; k < end; k++) {
    const length = Math.hypot(x, z);
    const [cos, sin] = length === 0 ? [1, 0] : [x / length, z / length];
    const [a, b, c] = [diagonal[k] ?? 0, offDiagonal[k] ?? 0, diagonal[k + 1] ?? 0];
    if (k > begin) offDiagonal[k - 1] = length;
    diagonal[k] = cos * cos * a + 2 * cos * sin * b + sin * sin * c;
    diagonal[k + 1] = sin * sin * a - 2 * cos * sin * b + cos * cos * c;
    offDiagonal[k] = cos * sin * (c - a) + (cos * cos - sin * sin) * b;
    if (k + 1 < end) {
      const next = offDiagonal[k + 1] ?? 0;
      x = offDiagonal[k] ?? 0;
      z = sin * next;
      offDiagonal[k + 1] = cos * next;
    }
  }
}
