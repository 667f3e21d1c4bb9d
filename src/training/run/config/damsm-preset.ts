import { z } from 'zod';
import type { BiLstmOptions } from '../../encoders/bi-lstm/bi-lstm.js';
import { learningRate, positiveInteger, presetKey } from './preset-fields.js';

const gamma = z.number().positive();

/** How pictures and texts are compared, in the pretraining and in AttnGAN's loss. */
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

/** Pretraining of text encoder and image heads. */
export const damsmPresetSchema = z.strictObject({
  architecture: z.literal('damsm'),
  ...presetKey,
  textEncoder: z.strictObject({
    embeddingDim: positiveInteger,
    /** Both directions of the LSTM side by side: size of word and sentence vectors. */
    sentenceDim: positiveInteger.multipleOf(2),
    /** Share of the embedding's numbers that a training pass drops. */
    embeddingDropout: z.number().min(0).lt(1),
    /** Rows of the embedding, padding included; null for as many as the captions have words. */
    vocabularySize: positiveInteger.nullable(),
    /** WORDS_NUM of the official code: words that a caption is cut to. */
    maxLength: positiveInteger,
  }),
  trunk: z.strictObject({
    network: z.enum(['inception-v3', 'efficientnet-lite0']),
    /** Side that pictures are resized to, pixels; both trunks make 17×17 regions of theirs. */
    imageSize: positiveInteger,
  }),
  ...similarityFields,
  batchSize: z.int().min(2),
  /** Falls from `start` to `end` by the factor `decay` an epoch. */
  learningRate: z.strictObject({
    start: learningRate,
    decay: z.number().positive().max(1),
    end: learningRate,
  }),
  /** The text encoder's gradients together are scaled to at most this length. */
  maxGradientNorm: z.number().positive(),
  steps: positiveInteger,
  /** Quirks of the official code. */
  compat: z.strictObject({
    wordScore,
    /** Corner pixels lie on each other when pictures are resized, as in PyTorch up to 0.3. @default true */
    alignCorners: z.boolean().default(true),
    /** Whether Adam forgets its moments after each epoch. @default false; officially true */
    restartOptimizerEachEpoch: z.boolean().default(false),
  }),
});

export type DamsmPreset = z.infer<typeof damsmPresetSchema>;

/** What `buildBiLstm` takes. @param vocabularySize where the preset has none. */
export function biLstmOptions({ textEncoder }: DamsmPreset, vocabularySize: number): BiLstmOptions {
  const { embeddingDim, sentenceDim, embeddingDropout } = textEncoder;
  return {
    embeddingDim,
    sentenceDim,
    embeddingDropout,
    vocabularySize: textEncoder.vocabularySize ?? vocabularySize,
  };
}
