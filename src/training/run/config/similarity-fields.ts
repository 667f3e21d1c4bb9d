import { z } from 'zod';

const gamma = z.number().positive();

/** How pictures and texts are compared, in the pretraining of DAMSM and in AttnGAN's loss. */
export const similarityFields = {
  /** How sharply a word picks its regions. 4 in all official configurations; the paper says 5. */
  gamma1: gamma,
  /** How much the best matching words of a caption outweigh the others. */
  gamma2: gamma,
  /** What scores are multiplied by to become logits. */
  gamma3: gamma,
};

/** Score of a caption: `official` leaves out the paper's 1/gamma2, and its gammas were chosen for that. */
export const wordScore = z.enum(['official', 'paper']).default('official');
