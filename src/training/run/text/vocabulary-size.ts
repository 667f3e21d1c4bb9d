import type { TextEncoderConfig } from '../config/text-encoder-config.js';

/** Rows of the embedding of a bi-LSTM. @param vocabulary the run's. */
export function vocabularySizeOf(
  textEncoder: Extract<TextEncoderConfig, { maxLength: number }>,
  vocabulary: { size: number },
): number {
  const fixed = textEncoder.kind === 'damsm' ? textEncoder.vocabularySize : null;
  return fixed ?? vocabulary.size;
}
