import { chromaOf, hueOf, type Oklab, oklabOf } from './oklab.js';

/** The colours that are told apart. */
export const COLORS = [
  'red',
  'orange',
  'yellow',
  'green',
  'light blue',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'grey',
  'white',
] as const;
export type Color = (typeof COLORS)[number];

/** A pixel belongs to the thing if a channel differs by more than this, of 255, from the background. */
const BACKGROUND_TOLERANCE = 16;
/** Less of a picture than this is no thing. */
const LEAST_SHARE = 0.02;
/** More of a thing than this without a hue makes it black, grey or white. */
const NEUTRAL_SHARE = 0.6;
const [BLACK_BELOW, GREY_BELOW] = [0.52, 0.78];

/**
 * The colour of the thing in a picture on a plain background; undefined where there is nearly nothing.
 *
 * The background is the median colour of the outermost pixels. Pixels without a hue (little chroma; more is allowed
 * where it is violet, the tint of shadows) are counted: if they are more than six in ten of the thing it is black, grey or
 * white by their mean lightness, otherwise the mean of the others in OKLab decides, by hue, and by lightness and chroma
 * between red, pink and brown and between light blue and blue.
 * @param pixels side × side × 3, RGB, 0 to 255.
 */
export function dominantColor(pixels: Uint8Array, side: number): Color | undefined {
  const background = borderMedian(pixels, side);
  const neutral = new MeanColor();
  const colored = new MeanColor();
  for (let i = 0; i < pixels.length; i += 3) {
    const rgb = [pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0] as const;
    const isThing = rgb.some((value, c) => Math.abs(value - (background[c] ?? 0)) > BACKGROUND_TOLERANCE);
    if (!isThing) continue;
    const color = oklabOf(...rgb);
    (isNeutral(color) ? neutral : colored).add(color);
  }
  const thing = neutral.count + colored.count;
  if (thing < LEAST_SHARE * side * side) return undefined;
  return neutral.count > NEUTRAL_SHARE * thing ? neutralName(neutral.mean()) : hueName(colored.mean());
}

/** Whether a picture of `found` colour is right where `asked` was asked for: light blue is a blue, no other is another. */
export function isColor(found: Color | undefined, asked: Color): boolean {
  return found === asked || (asked === 'blue' && found === 'light blue');
}

class MeanColor {
  count = 0;
  readonly #sum: Oklab = { lightness: 0, greenRed: 0, blueYellow: 0 };

  add({ lightness, greenRed, blueYellow }: Oklab): void {
    this.count++;
    this.#sum.lightness += lightness;
    this.#sum.greenRed += greenRed;
    this.#sum.blueYellow += blueYellow;
  }

  mean(): Oklab {
    const { lightness, greenRed, blueYellow } = this.#sum;
    return {
      lightness: lightness / this.count,
      greenRed: greenRed / this.count,
      blueYellow: blueYellow / this.count,
    };
  }
}

function isNeutral(color: Oklab): boolean {
  const hue = hueOf(color);
  const isViolet = hue > 280 && hue < 330;
  const most = !isViolet ? 0.045 : color.lightness < BLACK_BELOW ? 0.11 : 0.08;
  return chromaOf(color) < most;
}

function neutralName({ lightness }: Oklab): Color {
  if (lightness < BLACK_BELOW) return 'black';
  return lightness < GREY_BELOW ? 'grey' : 'white';
}

function hueName(color: Oklab): Color {
  const { lightness } = color;
  // From -40 to 320, so that no class lies across the turn.
  const hue = ((hueOf(color) + 40) % 360) - 40;
  if (hue < 62) {
    if (hue > -20 && chromaOf(color) < 0.115 && lightness < 0.68) return 'brown';
    if (hue > 27) return 'orange';
    if (hue < -25) return 'pink';
    return lightness > (hue < 5 ? 0.64 : 0.75) ? 'pink' : 'red';
  }
  if (hue < 112) return lightness < 0.6 && chromaOf(color) < 0.115 ? 'brown' : 'yellow';
  if (hue < 195) return 'green';
  if (hue < 285) return lightness > (hue < 247 ? 0.66 : 0.72) ? 'light blue' : 'blue';
  return 'purple';
}

/** Of the outermost pixels, each channel by itself. */
function borderMedian(pixels: Uint8Array, side: number): number[] {
  const border: number[] = [];
  for (let k = 0; k < side; k++) border.push(k, (side - 1) * side + k, k * side, k * side + side - 1);
  return [0, 1, 2].map((channel) => {
    const values = border.map((place) => pixels[place * 3 + channel] ?? 0).sort((a, b) => a - b);
    return values[values.length >> 1] ?? 0;
  });
}
