import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from '../../sdk/noise/random-stream.js';

export interface ShiftAndCutOptions {
  /** Largest shift in either direction, pixels. 0 leaves pictures in place. */
  shiftPixels: number;
  /** Side of the square that is cut out, pixels. 0 cuts nothing. */
  cutPixels: number;
}

/** The same draw of shifts and squares, to be applied to several batches or none. */
export type Augmentation = (images: tf.Tensor4D) => tf.Tensor4D;

/**
 * Differentiable augmentation (Zhao et al. 2020) without its colour part, since captions speak of colours: each
 * picture is shifted, and a square of it is cut out; what comes in from outside is 0, middle grey.
 *
 * Both are one gather over the pixels. No pixel goes to two places, so the gradient is a gather as well: TF.js's own would
 * add up over all pixels for each of them. Images `[batch, side, side, channels]`.
 */
export function drawShiftAndCut(
  batch: number,
  side: number,
  options: ShiftAndCutOptions,
  random: RandomStream,
): Augmentation {
  const { shiftPixels, cutPixels } = options;
  if (shiftPixels === 0 && cutPixels === 0) return (images) => images;
  const outside = batch * side * side;
  /** Where each pixel comes from, and where each goes to; `outside` for nowhere. */
  const sources = new Int32Array(outside).fill(outside);
  const targets = new Int32Array(outside).fill(outside);
  for (let image = 0; image < batch; image++) {
    const shiftX = random.integer(2 * shiftPixels + 1) - shiftPixels;
    const shiftY = random.integer(2 * shiftPixels + 1) - shiftPixels;
    const cutX = random.integer(side) - Math.floor(cutPixels / 2);
    const cutY = random.integer(side) - Math.floor(cutPixels / 2);
    const first = image * side * side;
    const isCut = (x: number, y: number) =>
      x >= cutX && x < cutX + cutPixels && y >= cutY && y < cutY + cutPixels;
    for (let y = Math.max(0, shiftY); y < Math.min(side, side + shiftY); y++) {
      for (let x = Math.max(0, shiftX); x < Math.min(side, side + shiftX); x++) {
        if (isCut(x, y)) continue;
        const target = first + y * side + x;
        const source = first + (y - shiftY) * side + (x - shiftX);
        sources[target] = source;
        targets[source] = target;
      }
    }
  }
  const move = tf.customGrad((images) => ({
    value: gatherPixels(images as tf.Tensor4D, sources),
    gradFunc: (dy: tf.Tensor) => gatherPixels(dy as tf.Tensor4D, targets),
  }));
  return (images) => move(images) as tf.Tensor4D;
}

/** Pixels of `[batch, side, side, channels]` by their places; a place behind the last pixel is 0. */
function gatherPixels(images: tf.Tensor4D, places: Int32Array): tf.Tensor4D {
  return tf.tidy(() => {
    const [batch, height, width, channels] = images.shape;
    const pixels = images.reshape([batch * height * width, channels]).pad([
      [0, 1],
      [0, 0],
    ]);
    return tf.gather(pixels, tf.tensor1d(places, 'int32')).reshape<tf.Tensor4D>(images.shape);
  });
}

/** Side that sizes in pixels are given for. */
const REFERENCE_SIDE = 64;

/** Options given for pictures of 64 pixels, for those of another side: the same share of the picture. */
export function scaledTo(side: number, { shiftPixels, cutPixels }: ShiftAndCutOptions): ShiftAndCutOptions {
  const scale = side / REFERENCE_SIDE;
  return { shiftPixels: Math.round(shiftPixels * scale), cutPixels: Math.round(cutPixels * scale) };
}
