import type { Box } from '../captioned-image.js';

/** Half the side of the crop over the longer side of the box. */
const MARGIN = 0.75;

/**
 * The square around a box, one and a half times its longer side, as far as the picture (`width` × `height` pixels)
 * reaches: the crop of StackGAN and its successors (`custom_crop` in misc/preprocess_birds.py).
 */
export function cropAroundBox(box: Box, width: number, height: number): Box {
  const centerX = Math.trunc((2 * box.left + box.width) / 2);
  const centerY = Math.trunc((2 * box.top + box.height) / 2);
  const radius = Math.trunc(Math.max(box.width, box.height) * MARGIN);
  const left = Math.max(0, centerX - radius);
  const top = Math.max(0, centerY - radius);
  return {
    left,
    top,
    width: Math.min(width, centerX + radius) - left,
    height: Math.min(height, centerY + radius) - top,
  };
}
