/** A colour in OKLab (Ottosson 2020), where distances are about as people see them. */
export interface Oklab {
  /** 0 black to 1 white. */
  lightness: number;
  /** From green, below 0, to red. */
  greenRed: number;
  /** From blue, below 0, to yellow. */
  blueYellow: number;
}

/** @param red sRGB, 0 to 255, as `green` and `blue`. */
export function oklabOf(red: number, green: number, blue: number): Oklab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    lightness: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    greenRed: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    blueYellow: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

/** How colourful: 0 grey up to about 0.33. */
export function chromaOf({ greenRed, blueYellow }: Oklab): number {
  return Math.hypot(greenRed, blueYellow);
}

/** Degrees, 0 to 360: pure red is at 29, yellow 110, green 142, blue 264. */
export function hueOf({ greenRed, blueYellow }: Oklab): number {
  return ((Math.atan2(blueYellow, greenRed) * 180) / Math.PI + 360) % 360;
}

function linear(value: number): number {
  const share = value / 255;
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
}
