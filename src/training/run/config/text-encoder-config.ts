import { z } from 'zod';
import { learningRate, positiveInteger } from './preset-fields.js';
import { similarityFields, wordScore } from './similarity-fields.js';

/** Fields that the bi-LSTMs of both trainings have in common. */
const biLstmFields = {
  embeddingDim: positiveInteger,
  /** Both directions of the LSTM side by side: size of word and sentence vectors. */
  sentenceDim: positiveInteger.multipleOf(2),
  /** Scale sentence vectors to mean square 1 (not in the official code). */
  normalizeSentence: z.boolean(),
  /** WORDS_NUM of the official code: words that a caption is cut to. */
  maxLength: positiveInteger,
};

/** A bi-LSTM trained by contrast of sentence and picture: quick, but its words know nothing of places. */
export const contrastiveEncoderSchema = z.strictObject({
  kind: z.literal('contrastive'),
  ...biLstmFields,
  steps: positiveInteger,
  batchSize: positiveInteger,
  learningRate,
  /** Cosine similarities are multiplied by it before the softmax (gamma3 of AttnGAN). */
  sharpness: z.number().positive(),
});

/** The bi-LSTM of AttnGAN with the image encoder that it is trained against, by words and by sentences. */
export const damsmEncoderSchema = z.strictObject({
  kind: z.literal('damsm'),
  ...biLstmFields,
  /** Share of the embedding's numbers that a training pass drops. */
  embeddingDropout: z.number().min(0).lt(1),
  /** Rows of the embedding, padding included; null for as many as the captions have words. */
  vocabularySize: positiveInteger.nullable(),
  trunk: z.strictObject({
    network: z.enum(['inception-v3', 'efficientnet-lite0']),
    /** Side that pictures are resized to, pixels. EfficientNet-Lite0 makes side/16 regions a side, Inception-v3 17 of 299. */
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
  /** Whether pictures are mirrored at random. */
  flip: z.boolean(),
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

/** The encoder of Reed et al. 2016, which StackGAN and StackGAN++ were published with. */
export const charCnnRnnEncoderSchema = z.strictObject({
  kind: z.literal('char-cnn-rnn'),
  /** `gru` for CUB and COCO, `relu` for Oxford-102. */
  recurrence: z.enum(['gru', 'relu']),
  /** Channels of the last convolution and of the state. */
  cnnDim: positiveInteger,
  /** Size of the sentence vector; the trunk's features are brought to it by a fixed projection. */
  sentenceDim: positiveInteger,
  /** Turn capitals into small letters before reading; officially they are passed over. */
  lowerCase: z.boolean(),
  batchSize: z.int().min(2),
  /** Rate of the first epoch, and what each epoch leaves of the rate of the one before. */
  learningRate: z.strictObject({ start: learningRate, decay: z.number().positive().max(1) }),
  steps: positiveInteger,
});

/** Sentence vectors that another program made, one or more a picture. */
export const vectorsSchema = z.strictObject({
  kind: z.literal('vectors'),
  /** `.safetensors` with a tensor a picture, or `.npy` with a list of names beside it. */
  file: z.string().min(1),
  sentenceDim: positiveInteger,
});

/** Where the vectors of a caption come from. */
export const textEncoderSchema = z.discriminatedUnion('kind', [
  contrastiveEncoderSchema,
  damsmEncoderSchema,
  charCnnRnnEncoderSchema,
  vectorsSchema,
]);

export type ContrastiveEncoderConfig = z.infer<typeof contrastiveEncoderSchema>;
export type DamsmEncoderConfig = z.infer<typeof damsmEncoderSchema>;
export type CharCnnRnnEncoderConfig = z.infer<typeof charCnnRnnEncoderSchema>;
export type VectorsConfig = z.infer<typeof vectorsSchema>;
export type TextEncoderConfig = z.infer<typeof textEncoderSchema>;
