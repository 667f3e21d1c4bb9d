// Math.log, Math.sin and Math.cos may differ in the last bit from one JavaScript engine to the next. These use
// only + - * / and comparison, which IEEE 754 fixes, so that a seed means the same noise everywhere.
// Method and coefficients: fdlibm (Sun Microsystems 1993, freely distributable): e_log.c, k_sin.c, k_cos.c.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const HALF_PI = Math.PI / 2;

/** Natural logarithm of a positive finite number; at most 1 unit in the last place from the exact value. */
export function log(x: number): number {
  let mantissa = x;
  let exponent = 0;
  // Doubling and halving are exact. A uniform draw needs one step on average.
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  const f = mantissa - 1;
  const s = f / (2 + f);
  const z = s * s;
  const w = z * z;
  const even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
  const odd =
    z * (0.6666666666666735 + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
  const halfSquare = 0.5 * f * f;
  const tail = s * (halfSquare + even + odd) + exponent * LN2_LOW;
  return exponent * LN2_HIGH - (halfSquare - tail - f);
}

/** Sine for |x| <= pi/4 (radians); at most 1 unit in the last place from the exact value. */
export function sineNearZero(x: number): number {
  const z = x * x;
  const tail =
    0.00833333333332249 +
    z *
      (-0.0001984126982985795 +
        z * (2.7557313707070068e-6 + z * (-2.5050760253406863e-8 + z * 1.58969099521155e-10)));
  return x + z * x * (-0.16666666666666632 + z * tail);
}

/** Cosine for |x| <= pi/4 (radians); at most 1 unit in the last place from the exact value. */
export function cosineNearZero(x: number): number {
  const z = x * x;
  const tail =
    z *
    (0.0416666666666666 +
      z *
        (-0.001388888888887411 +
          z *
            (2.480158728947673e-5 +
              z * (-2.7557314351390663e-7 + z * (2.087572321298175e-9 + z * -1.1359647557788195e-11)))));
  const half = 0.5 * z;
  const rounded = 1 - half;
  // What the subtraction lost is added back with the small terms.
  return rounded + (1 - rounded - half + z * tail);
}

/** A point on the unit circle. */
export interface CirclePoint {
  cos: number;
  sin: number;
}

/**
 * Writes the cosine and sine of `turns` whole turns, 0 <= turns < 1, into `point`. Reducing in turns is exact
 * (turns has at most 33 bits here), which reducing in radians is not.
 */
export function circlePoint(turns: number, point: CirclePoint): void {
  const quarters = turns * 4;
  const nearest = Math.floor(quarters + 0.5);
  const angle = (quarters - nearest) * HALF_PI;
  const cos = cosineNearZero(angle);
  const sin = sineNearZero(angle);
  const quadrant = nearest & 3;
  if (quadrant === 0) {
    point.cos = cos;
    point.sin = sin;
  } else if (quadrant === 1) {
    point.cos = -sin;
    point.sin = cos;
  } else if (quadrant === 2) {
    point.cos = -cos;
    point.sin = -sin;
  } else {
    point.cos = sin;
    point.sin = -cos;
  }
}
