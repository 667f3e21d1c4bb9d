import type { GeneratorPart, TextEncoderPart } from './parts.js';

/** A data set that official weights were trained on, as far as sizes tell. */
export interface Guess {
  name: string;
  /** What it was told by. */
  because: string;
}

/** Words of the official vocabularies, padding included. */
const VOCABULARY_SIZES: ReadonlyMap<number, string> = new Map([
  [5450, 'CUB-200-2011'],
  [27_297, 'MS-COCO'],
]);

/** Widths and residual blocks of the official configurations, for official sizes of text and noise. */
const GENERATORS: readonly {
  architecture: GeneratorPart['architecture'];
  sentenceDim: number;
  baseWidth: number;
  residualBlocks: number;
  dataset: string;
}[] = [
  { architecture: 'attngan', sentenceDim: 256, baseWidth: 32, residualBlocks: 2, dataset: 'CUB-200-2011' },
  { architecture: 'attngan', sentenceDim: 256, baseWidth: 48, residualBlocks: 3, dataset: 'MS-COCO' },
  { architecture: 'stackgan', sentenceDim: 1024, baseWidth: 192, residualBlocks: 2, dataset: 'MS-COCO' },
  {
    architecture: 'stackgan-pp',
    sentenceDim: 1024,
    baseWidth: 64,
    residualBlocks: 2,
    dataset: 'CUB-200-2011',
  },
];

/** Undefined where the sizes are those of no official vocabulary. */
export function datasetOfEncoder({ vocabularySize }: TextEncoderPart): Guess | undefined {
  const name = VOCABULARY_SIZES.get(vocabularySize);
  return name === undefined ? undefined : { name, because: `a vocabulary of ${vocabularySize} words` };
}

/** Undefined where the sizes are those of no official configuration, or of several. */
export function datasetOfGenerator(part: GeneratorPart): Guess | undefined {
  if (part.architecture === 'stackgan' && part.stage === 1) return undefined;
  const { architecture, baseWidth, residualBlocks } = part;
  const sentenceDim = part.architecture === 'stackgan-pp' ? part.text?.sentenceDim : part.sentenceDim;
  const found = GENERATORS.find(
    (each) =>
      each.architecture === architecture &&
      each.sentenceDim === sentenceDim &&
      each.baseWidth === baseWidth &&
      each.residualBlocks === residualBlocks,
  );
  if (found === undefined) return undefined;
  return { name: found.dataset, because: `width ${baseWidth} and ${residualBlocks} residual blocks` };
}
