import { defineHandler } from '../../../tools/export/index.js';
import { SeededDropout } from '../layers/seeded-dropout.js';

/** Dropout does something in training only. */
export const seededDropoutHandler = defineHandler({
  layers: [SeededDropout.className],
  emit: (context) => context.input(),
});
