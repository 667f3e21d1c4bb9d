import type { MatcherDescription } from '../bundle/index.js';
import { stackRows } from '../generation/batch.js';
import { requireFloats, requireValue, runGraph, type TensorValues } from '../generation/run-graph.js';
import type { GraphSession, TensorValue } from '../runtime/platform.js';

/** What the image encoder made of one picture: `regions` [1, dim, side, side] and `global` [1, dim]. */
export type EncodedImage = TensorValues;

/** One matcher run: some pictures with some texts. */
export interface MatchBlock {
  images: readonly EncodedImage[];
  texts: readonly TensorValues[];
}

export interface Match {
  /** [images, texts]. */
  sentenceScores: Float32Array;
  wordScores: Float32Array;
}

export interface DetailedMatch extends Match {
  /** [time], of one picture and one text. */
  wordRelevance: Float32Array;
  /** [time, side²]. */
  wordRegions: Float32Array;
}

/** Memory that the word regions of one run may take, and the numbers between that are as many. */
const BUDGET_BYTES = 64 * 2 ** 20;
const ARRAYS_ALIVE = 4;

/** How many pictures and texts are compared in one run. */
export function blockSize(regions: number, time: number): { images: number; texts: number } {
  const pairs = Math.max(1, Math.floor(BUDGET_BYTES / (4 * ARRAYS_ALIVE * regions * time)));
  const side = Math.max(1, Math.floor(Math.sqrt(pairs)));
  return { images: side, texts: Math.max(1, Math.floor(pairs / side)) };
}

/** @throws WordbrushError MODEL_INVALID if the graph fails or gives no finite scores. */
export async function matchBlock(
  session: GraphSession,
  { file }: MatcherDescription,
  { images, texts }: MatchBlock,
  signal: AbortSignal | undefined,
): Promise<Match> {
  const outputs = ['sentence_scores', 'word_scores'];
  const results = await runGraph(session, inputsOf(images, texts, file), file, { outputs, signal });
  const scores = (name: string) => requireFloats(results, name, [images.length, texts.length], file).data;
  return { sentenceScores: scores('sentence_scores'), wordScores: scores('word_scores') };
}

/** One picture and one text, with what each word looks at. @throws WordbrushError MODEL_INVALID. */
export async function matchOne(
  session: GraphSession,
  { file }: MatcherDescription,
  image: EncodedImage,
  text: TensorValues,
  signal: AbortSignal | undefined,
): Promise<DetailedMatch> {
  const results = await runGraph(session, inputsOf([image], [text], file), file, { signal });
  const [time] = requireValue(text, 'words', file).dims.slice(1);
  const floats = (name: string, dims: (number | undefined)[]) =>
    requireFloats(results, name, dims, file).data;
  return {
    sentenceScores: floats('sentence_scores', [1, 1]),
    wordScores: floats('word_scores', [1, 1]),
    wordRelevance: floats('word_relevance', [1, 1, time]),
    wordRegions: floats('word_regions', [1, 1, time, undefined]),
  };
}

function inputsOf(
  images: readonly EncodedImage[],
  texts: readonly TensorValues[],
  file: string,
): TensorValues {
  const stack = (rows: readonly TensorValues[], name: string) =>
    stackRows(rows.map((row) => requireValue(row, name, file)));
  return new Map([
    ...['regions', 'global'].map((name): [string, TensorValue] => [name, stack(images, name)]),
    ...['sentence', 'lengths'].map((name): [string, TensorValue] => [name, stack(texts, name)]),
    ['words', stackRows(padded(texts.map((text) => requireValue(text, 'words', file))))],
  ]);
}

/** Captions [1, time, dim] of different lengths with zeros behind the shorter ones. */
function padded(captions: readonly TensorValue[]): TensorValue[] {
  const time = Math.max(...captions.map(({ dims }) => dims[1] ?? 0));
  return captions.map(({ data, dims }) => {
    const dim = dims[2] ?? 0;
    const values = new Float32Array(time * dim);
    values.set(data);
    return { data: values, dims: [1, time, dim] };
  });
}
