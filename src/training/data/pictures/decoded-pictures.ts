import type { ImageSet } from '../load-images.js';
import { fillRow } from './fill-row.js';
import type { PictureDraw, TrainingPictures } from './training-pictures.js';

/** Training pictures that were decoded beforehand and stay in memory. */
export class DecodedPictures implements TrainingPictures {
  readonly count: number;
  readonly sides: readonly number[];
  readonly stepsAhead = 0;

  /** @param sets the same pictures at every side, smallest first. */
  constructor(private readonly sets: readonly ImageSet[]) {
    this.count = sets[0]?.count ?? 0;
    this.sides = sets.map(({ size }) => size);
  }

  async rows(draws: readonly PictureDraw[], sides = this.sides): Promise<Float32Array[]> {
    return sides.map((side) => this.rowsAt(side, draws));
  }

  async close(): Promise<void> {}

  private rowsAt(side: number, draws: readonly PictureDraw[]): Float32Array {
    const set = this.sets.find(({ size }) => size === side);
    if (set === undefined)
      throw new RangeError(`Expected a side of ${this.sides.join(', ')}, received ${side}.`);
    const bytes = side * side * 3;
    const values = new Float32Array(draws.length * bytes);
    for (const [row, { index, flip }] of draws.entries()) {
      fillRow(values, row, set.pixels, { from: index * bytes, side, flip });
    }
    return values;
  }
}
