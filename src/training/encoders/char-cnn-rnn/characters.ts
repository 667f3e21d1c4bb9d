import * as tf from '@tensorflow/tfjs';
import { type CharacterOptions, characterColumns, TEXT_LENGTH } from '../../../sdk/text/characters.js';

export {
  ALPHABET_SIZE,
  type CharacterOptions,
  characterColumns,
  TEXT_LENGTH,
} from '../../../sdk/text/characters.js';

/** Texts as an input of `buildCharCnnRnn`: `[texts, TEXT_LENGTH]` int32. */
export function characterBatch(texts: readonly string[], options: CharacterOptions = {}): tf.Tensor2D {
  const columns = new Int32Array(texts.length * TEXT_LENGTH);
  for (const [row, text] of texts.entries()) {
    columns.set(characterColumns(text, options), row * TEXT_LENGTH);
  }
  return tf.tensor2d(columns, [texts.length, TEXT_LENGTH], 'int32');
}
