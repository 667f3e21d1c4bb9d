/** Side of a thumbnail, pixels: what is left of a picture is its shapes and colours, not its texture. */
export const THUMBNAIL_SIDE = 16;
const ROW_NUMBERS = THUMBNAIL_SIDE * 3;
const NUMBERS = THUMBNAIL_SIDE * ROW_NUMBERS;

/** Small pictures, RGB from 0 to 1, row after row of 768 numbers. */
export class Thumbnails {
  readonly count: number;

  constructor(private readonly values: Float32Array) {
    this.count = values.length / NUMBERS;
  }

  /** The mean over each patch of pictures `[count, side, side, 3]` in [-1, 1]; `side` is a multiple of 16. */
  static of(pixels: Float32Array, side: number): Thumbnails {
    const patch = side / THUMBNAIL_SIDE;
    if (!Number.isInteger(patch))
      throw new RangeError(`Expected a side of 16 times a number, received ${side}.`);
    const count = pixels.length / (side * side * 3);
    const values = new Float32Array(count * NUMBERS);
    for (let place = 0; place < pixels.length; place++) {
      const channel = place % 3;
      const pixel = (place - channel) / 3;
      const x = Math.floor((pixel % side) / patch);
      const row = Math.floor(pixel / side);
      const y = Math.floor((row % side) / patch);
      const picture = Math.floor(row / side);
      const to = picture * NUMBERS + (y * THUMBNAIL_SIDE + x) * 3 + channel;
      values[to] = (values[to] ?? 0) + ((pixels[place] ?? 0) + 1) / (2 * patch * patch);
    }
    return new Thumbnails(values);
  }

  /** Those of several sets, in order. */
  static joined(sets: readonly Thumbnails[]): Thumbnails {
    const values = new Float32Array(sets.reduce((sum, set) => sum + set.values.length, 0));
    let at = 0;
    for (const set of sets) {
      values.set(set.values, at);
      at += set.values.length;
    }
    return new Thumbnails(values);
  }

  at(index: number): Float32Array {
    return this.values.subarray(index * NUMBERS, (index + 1) * NUMBERS);
  }
}

/**
 * Root of the mean squared difference of two thumbnails, 0 to 1. One that is surely above `atMost` may come out as any
 * number above it, which is quicker.
 */
export function thumbnailDistance(
  a: Float32Array,
  b: Float32Array,
  atMost: number = Number.POSITIVE_INFINITY,
): number {
  const most = atMost * atMost * NUMBERS;
  let sum = 0;
  for (let row = 0; row < NUMBERS && sum <= most; row += ROW_NUMBERS) {
    for (let place = row; place < row + ROW_NUMBERS; place++) {
      const difference = (a[place] ?? 0) - (b[place] ?? 0);
      sum += difference * difference;
    }
  }
  return Math.sqrt(sum / NUMBERS);
}

/** A thumbnail in a mirror. */
export function mirrored(thumbnail: Float32Array): Float32Array {
  return thumbnail.map((_, place) => {
    const x = Math.floor((place % ROW_NUMBERS) / 3);
    return thumbnail[place + (THUMBNAIL_SIDE - 1 - 2 * x) * 3] ?? 0;
  });
}
