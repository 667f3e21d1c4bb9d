import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../../sdk/errors.js';

/**
 * Token ids are rows of the encoder's embedding: ids beyond it come from a vocabulary that the encoder was not made for.
 * @param tokenIds int32, of any shape.
 * @throws {WordbrushError} `INVALID_OPTION` naming the id and the embedding's rows.
 */
export function requireKnownTokens(textEncoder: tf.LayersModel, tokenIds: tf.Tensor): void {
  const [embedding] = textEncoder.getLayer('embedding').weights;
  const rows = embedding?.shape[0] ?? 0;
  const unknown = tokenIds.dataSync().find((id) => !(id >= 0 && id < rows));
  if (unknown === undefined) return;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected token ids from 0 to ${rows - 1}, the rows of the text encoder's embedding, received ${unknown}.`,
    {
      hint: 'Take the vocabulary that the encoder was trained with.',
      details: { rows, received: unknown },
    },
  );
}
