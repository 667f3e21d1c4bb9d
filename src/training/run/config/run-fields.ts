import { z } from 'zod';
import { positiveInteger } from './preset-fields.js';

/** What every run has, whatever it trains. */
export const runFields = {
  seed: z.int().min(0),
  /**
   * How a caption is drawn for a picture. `any`: one of its captions. `labelAndTags`: the first caption is a label,
   * the others are tags; label, label with one to four tags, or tags alone, sometimes with an article before.
   */
  captions: z.enum(['any', 'labelAndTags']),
  checkpointEverySteps: positiveInteger,
  /** Newest checkpoints that are kept. @default 2 */
  keepCheckpoints: positiveInteger.default(2),
};

/** When the best checkpoint of a generator is looked for. */
const keepBestSchema = z.strictObject({
  /** Every so many checkpoints samples are measured. */
  everyCheckpoints: positiveInteger,
  /** Samples that are drawn and compared with as many real pictures. */
  pictures: z.int().min(16).max(10_000),
});

/** Some ten seconds of two cores each time. */
export const KEEP_BEST: z.infer<typeof keepBestSchema> = { everyCheckpoints: 4, pictures: 256 };

/** What every run has that draws. */
export const drawingRunFields = {
  ...runFields,
  sampleEverySteps: positiveInteger,
  /**
   * Sentence vectors lie between those of two captions of a picture: largest share of the second one, which is drawn evenly
   * from 0 to it. @default 0, one caption, as in the official code
   */
  captionMixing: z.number().min(0).max(0.5).default(0),
  /** Keeps the checkpoint whose samples are nearest to real pictures by kernel distance as `best`; null to measure none. */
  keepBest: keepBestSchema.nullable().default(KEEP_BEST),
};

/** Differentiable augmentation of what discriminators see; pixels of the smallest pictures, more in larger ones. */
export const augmentationSchema = z.strictObject({
  /** Largest shift in either direction. */
  shiftPixels: z.int().min(0),
  /** Side of the square that is cut out. */
  cutPixels: z.int().min(0),
  /** Whether real pictures are mirrored at random. */
  flip: z.boolean(),
});

/**
 * Where the log variances of the conditioning augmentation start. @default 0, variance 1, as in the official code:
 * then the text is drowned in noise for the first thousands of steps.
 */
export const initialLogVariance = z.number().min(-10).max(0).default(0);
