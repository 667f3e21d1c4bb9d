import { z } from 'zod';
import type { Box } from '../captioned-image.js';

/** A caption, or any number of them. */
export const captionListSchema = z.preprocess(
  (value) => (typeof value === 'string' ? [value] : value),
  z.array(z.string().regex(/\S/, 'is empty')).min(1, 'has no caption'),
);

/** `[left, top, width, height]` in pixels. */
export const boxSchema = z
  .tuple([z.number(), z.number(), z.number().positive(), z.number().positive()])
  .transform(([left, top, width, height]): Box => ({ left, top, width, height }));
