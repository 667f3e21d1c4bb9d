import { WordbrushError } from '../../../src/sdk/errors.js';
import { datasetOfEncoder, datasetOfGenerator } from '../detect/guess-dataset.js';
import type {
  CharacterEncoderPart,
  GeneratorPart,
  ImageEncoderPart,
  TextEncoderPart,
} from '../detect/parts.js';

/** Sizes of the sentence and, where it reads words, the word vectors of a generator; undefined without text. */
export function textSizes(part: GeneratorPart): { sentenceDim: number; wordDim?: number } | undefined {
  if (part.architecture === 'attngan') return { sentenceDim: part.sentenceDim, wordDim: part.wordDim };
  if (part.architecture === 'stackgan-pp') return part.text && { sentenceDim: part.text.sentenceDim };
  return { sentenceDim: part.sentenceDim };
}

/**
 * The data set that generator and text encoder are of, as far as their sizes tell.
 * @throws {WordbrushError} `WEIGHTS_INVALID` naming both sizes where the two do not belong together.
 */
export function requireSameText(
  generator: GeneratorPart,
  encoder: TextEncoderPart | CharacterEncoderPart,
): string | undefined {
  const sizes = textSizes(generator);
  if (sizes === undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      'Expected no text encoder for a generator that draws without text.',
    );
  }
  for (const [what, wanted] of [
    ['sentence vectors', sizes.sentenceDim],
    ['word vectors', sizes.wordDim],
  ] as const) {
    if (wanted !== undefined && wanted !== encoder.sentenceDim) {
      throw mismatch(
        `the generator takes ${what} of ${wanted} numbers, the text encoder gives ${encoder.sentenceDim}`,
      );
    }
  }
  if (sizes.wordDim !== undefined && encoder.kind === 'character-encoder') {
    throw mismatch('the generator reads words, the text encoder gives none');
  }
  const ofGenerator = datasetOfGenerator(generator);
  const ofEncoder = encoder.kind === 'text-encoder' ? datasetOfEncoder(encoder) : undefined;
  if (ofGenerator !== undefined && ofEncoder !== undefined && ofGenerator.name !== ofEncoder.name) {
    throw mismatch(
      `the generator is of ${ofGenerator.name} (${ofGenerator.because}), the text encoder of ${ofEncoder.name} (${ofEncoder.because})`,
    );
  }
  return ofEncoder?.name ?? ofGenerator?.name;
}

/** @throws {WordbrushError} `WEIGHTS_INVALID` naming both sizes. */
export function requireSameEmbedding(encoder: TextEncoderPart, image: ImageEncoderPart): void {
  if (encoder.sentenceDim === image.embeddingDim) return;
  throw mismatch(
    `the text encoder gives vectors of ${encoder.sentenceDim} numbers, the image encoder of ${image.embeddingDim}`,
  );
}

function mismatch(reason: string): WordbrushError {
  return new WordbrushError('WEIGHTS_INVALID', `The files do not belong together: ${reason}.`, {
    hint: 'Take generator, text encoder and image encoder of the same release and data set.',
  });
}
