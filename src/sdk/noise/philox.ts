/** A seed or a counter as the two 32-bit words that Philox takes. */
export interface WordPair {
  low: number;
  high: number;
}

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const KEY_STEP_0 = 0x9e3779b9;
const KEY_STEP_1 = 0xbb67ae85;
const ROUNDS = 10;
const TWO_POW_32 = 0x1_0000_0000;

/**
 * One block of Philox4x32-10: four 32-bit words, written to `out[offset..offset + 3]`, that depend on counter
 * and key alone. Integer arithmetic throughout, so every JavaScript engine gives the same bits.
 *
 * Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
export function philoxBlock(
  out: Uint32Array,
  offset: number,
  counter: readonly [number, number, number, number],
  key: WordPair,
): void {
  let [c0, c1, c2, c3] = counter;
  let k0 = key.low;
  let k1 = key.high;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + KEY_STEP_0) | 0;
    k1 = (k1 + KEY_STEP_1) | 0;
  }
  out[offset] = c0;
  out[offset + 1] = c1;
  out[offset + 2] = c2;
  out[offset + 3] = c3;
}

/** Splits an integer from 0 to 2^53 - 1 into its 32-bit words. */
export function splitWords(value: number): WordPair {
  return { low: value % TWO_POW_32, high: Math.floor(value / TWO_POW_32) };
}

/** The upper 32 bits of the 64-bit product of two unsigned 32-bit integers, from 16-bit halves. */
function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  // Partial products stay below 2^32 and their sums below 2^53, so the doubles are exact.
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const carry = (middle & 0xffff) + aLow * bHigh;
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}
