import { z } from 'zod';
import { positiveInteger } from './preset-fields.js';

/** Which text encoder gives the sentence vectors that a generator draws from. */
export const textSourceSchema = z.discriminatedUnion('encoder', [
  z.strictObject({
    /** The encoder of Reed et al. 2016, for the vectors that StackGAN and StackGAN++ were published with. */
    encoder: z.literal('char-cnn-rnn'),
    /** `gru` for CUB and COCO, `relu` for Oxford-102. */
    recurrence: z.enum(['gru', 'relu']),
    sentenceDim: positiveInteger,
  }),
  z.strictObject({
    /** The text encoder of AttnGAN. */
    encoder: z.literal('bi-lstm'),
    embeddingDim: positiveInteger,
    /** Both directions of the LSTM side by side. */
    sentenceDim: positiveInteger.multipleOf(2),
    /** Rows of the embedding, padding included; null for as many as the captions have words. */
    vocabularySize: positiveInteger.nullable(),
    /** Words that a caption is cut to. */
    maxLength: positiveInteger,
  }),
]);

export type TextSource = z.infer<typeof textSourceSchema>;
