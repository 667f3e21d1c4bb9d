import { z } from 'zod';
import { presetKey } from './preset-fields.js';
import { runFields } from './run-fields.js';
import {
  charCnnRnnEncoderSchema,
  contrastiveEncoderSchema,
  damsmEncoderSchema,
} from './text-encoder-config.js';

const fields = { ...presetKey, ...runFields };

/** Runs that train a text encoder alone, by the name of the encoder; other runs can take it from them. */
export const encoderConfigSchemas = [
  z.strictObject({ architecture: z.literal('damsm'), ...fields, textEncoder: damsmEncoderSchema }),
  z.strictObject({ architecture: z.literal('bi-lstm'), ...fields, textEncoder: contrastiveEncoderSchema }),
  z.strictObject({
    architecture: z.literal('char-cnn-rnn'),
    ...fields,
    textEncoder: charCnnRnnEncoderSchema,
  }),
] as const;

export type EncoderConfig = z.infer<(typeof encoderConfigSchemas)[number]>;
