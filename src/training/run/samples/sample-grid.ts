import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { writeWholeFile } from '../../../sdk/runtime/node/write-file.js';

/** A picture file that was written. */
export interface WrittenPicture {
  path: string;
  png: Uint8Array;
  /** In pixels. */
  width: number;
  height: number;
}

/**
 * Writes pictures `[count, side, side, 3]` in [-1, 1] as one PNG, `columns` side by side with a thin gap.
 * @throws WordbrushError OUTPUT_NOT_WRITABLE
 */
export async function writeSampleGrid(
  images: tf.Tensor4D,
  columns: number,
  path: string,
): Promise<WrittenPicture> {
  const [count, side] = images.shape;
  const gap = 2;
  const rows = Math.ceil(count / columns);
  const width = columns * (side + gap) - gap;
  const height = rows * (side + gap) - gap;
  const values = images.dataSync();
  const grid = Buffer.alloc(width * height * 3, 255);
  for (let image = 0; image < count; image++) {
    const left = (image % columns) * (side + gap);
    const top = Math.floor(image / columns) * (side + gap);
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side * 3; x++) {
        const value = values[(image * side + y) * side * 3 + x] ?? 0;
        grid[((top + y) * width + left) * 3 + x] = Math.min(
          255,
          Math.max(0, Math.round((value + 1) * 127.5)),
        );
      }
    }
  }
  const png = await sharp(grid, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
  await writeWholeFile(path, png);
  return { path, png, width, height };
}

/**
 * Pictures of several sides, `[count, side, side, 3]` each, as one tensor `[count × scales, side, side, 3]` of the largest
 * side: those of a sample stand beside one another, the smaller ones enlarged.
 */
export function besideOneAnother(scales: readonly tf.Tensor4D[]): tf.Tensor4D {
  return tf.tidy(() => {
    const side = Math.max(...scales.map(({ shape }) => shape[1]));
    const enlarged = scales.map((images) => images.resizeNearestNeighbor([side, side]));
    const [count = 0] = scales[0]?.shape ?? [];
    return tf.stack(enlarged, 1).reshape<tf.Tensor4D>([count * scales.length, side, side, 3]);
  });
}
