const MANTISSA_STEP = 2 ** -24;

/** Values of IEEE half-precision numbers given as bit patterns. Exact. */
export function float16ToFloat32(bits: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) values[i] = halfValue(bits[i] ?? 0);
  return values;
}

/**
 * Bit patterns of the nearest half-precision numbers, ties to even. Beyond 65,519.99 the result is infinite; smaller
 * than 2^-25 it is zero.
 */
export function float32ToFloat16(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint16Array(values.length);
  const word = new Uint32Array(1);
  const float = new Float32Array(word.buffer);
  for (let i = 0; i < values.length; i++) {
    float[0] = values[i] ?? 0;
    bits[i] = halfBits(word[0] ?? 0);
  }
  return bits;
}

function halfValue(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const mantissa = half & 0x3ff;
  if (exponent === 0) return sign * mantissa * MANTISSA_STEP;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1024 + mantissa) * 2 ** (exponent - 25);
}

function halfBits(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const exponent = (word >>> 23) & 0xff;
  const mantissa = word & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa === 0 ? 0 : 0x200);
  const halfExponent = exponent - 112;
  // A carry out of the mantissa moves into the exponent, up to infinity: the encoding is made for that.
  if (halfExponent > 0) {
    if (halfExponent >= 31) return sign | 0x7c00;
    return sign | roundedShift((halfExponent << 23) | mantissa, 13);
  }
  if (halfExponent < -10) return sign;
  return sign | roundedShift(mantissa | 0x800000, 14 - halfExponent);
}

/** Shifts right by `count` and rounds to the nearest, ties to even. */
function roundedShift(value: number, count: number): number {
  const kept = value >>> count;
  const rest = value & (2 ** count - 1);
  const half = 2 ** (count - 1);
  return rest > half || (rest === half && (kept & 1) === 1) ? kept + 1 : kept;
}
