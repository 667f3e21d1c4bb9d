import type { NamedTensors } from '../read-tensors.js';
import { detectGenerator } from './detect-generator.js';
import type { CharacterEncoderPart, ImageEncoderPart, Part, TextEncoderPart } from './parts.js';
import { Shapes } from './shapes.js';

/** What a state dict is, by names and shapes alone; undefined for something else. */
export function detectPart(tensors: NamedTensors): Part | undefined {
  const shapes = new Shapes(tensors);
  return (
    detectGenerator(shapes) ??
    detectTextEncoder(shapes) ??
    detectCharacterEncoder(shapes) ??
    detectImageEncoder(shapes) ??
    (isDiscriminator(shapes) ? { kind: 'discriminator' } : undefined)
  );
}

function detectTextEncoder(shapes: Shapes): TextEncoderPart | undefined {
  const vocabularySize = shapes.size('encoder.weight', 0);
  const embeddingDim = shapes.size('encoder.weight', 1);
  const units = shapes.size('rnn.weight_hh_l0', 1);
  if (vocabularySize === undefined || embeddingDim === undefined || units === undefined) return undefined;
  return { kind: 'text-encoder', vocabularySize, embeddingDim, sentenceDim: 2 * units };
}

function detectCharacterEncoder(shapes: Shapes): CharacterEncoderPart | undefined {
  const cnnDim = shapes.size('conv3.weight', 0);
  const sentenceDim = shapes.size('fc.weight', 0);
  if (cnnDim === undefined || sentenceDim === undefined) return undefined;
  if (shapes.size('rnn.weight_ih', 0) === undefined) return undefined;
  const recurrence = shapes.size('rnn.weight_ih', 0) === cnnDim ? 'relu' : 'gru';
  return { kind: 'character-encoder', recurrence, cnnDim, sentenceDim };
}

function detectImageEncoder(shapes: Shapes): ImageEncoderPart | undefined {
  const embeddingDim = shapes.size('emb_features.weight', 0);
  if (embeddingDim === undefined || !shapes.hasBelow('Conv2d_1a_3x3.')) return undefined;
  return { kind: 'image-encoder', embeddingDim };
}

function isDiscriminator(shapes: Shapes): boolean {
  return shapes.hasBelow('encode_img.') || shapes.hasBelow('img_code_s16.');
}
