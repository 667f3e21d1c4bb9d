import { expect, it } from 'vitest';
import { cropAroundBox } from '../../../../src/training/data/pictures/crop-around-box.js';

// By hand from custom_crop: centres (2x + w) / 2, radius 0.75 × longer side, all cut to whole numbers.
it.each([
  [
    [60, 27, 325, 304],
    [500, 500],
    [0, 0, 465, 422],
  ],
  [
    [69, 57, 199, 141],
    [277, 500],
    [19, 0, 258, 276],
  ],
  [
    [10, 10, 4, 2],
    [100, 100],
    [9, 8, 6, 6],
  ],
  [
    [0, 0, 40, 20],
    [40, 20],
    [0, 0, 40, 20],
  ],
] as const)('crops %j of %j to %j', ([left, top, width, height], [pictureWidth, pictureHeight], expected) => {
  const crop = cropAroundBox({ left, top, width, height }, pictureWidth, pictureHeight);
  expect([crop.left, crop.top, crop.width, crop.height]).toEqual(expected);
});
