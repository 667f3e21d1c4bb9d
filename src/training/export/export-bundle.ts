import { basename, resolve } from 'node:path';
import type { Precision } from '../../../tools/export/index.js';
import { FORMAT_VERSION, type Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import { RandomStream } from '../../sdk/noise/index.js';
import { type ExportedGraph, exportGraph } from './export-graphs.js';
import { exportScoring, IMAGE_ENCODER_FILE, MATCHER_FILE, type ScoringModel } from './export-scoring.js';
import { exportText, TEXT_ENCODER_FILE, type TextModel } from './export-text.js';
import { type StageGraph, stageCases } from './stage-graphs.js';
import { writeBundle } from './write-bundle.js';

/** What of a bundle does not depend on the architecture. */
export interface BundleOptions {
  /** Folder of the bundle; a bundle that is there is replaced. Its name is the model's. */
  out: string;
  /** Undefined for a model that draws without text. */
  text: TextModel | undefined;
  /** The image side of the text encoder, if the bundle is to score. */
  scoring?: ScoringModel | undefined;
  /** How weights are stored. @default 'fp32' */
  precision?: Precision | undefined;
  training: Manifest['training'];
  /** Markdown: what the model was trained on, what it is good for, where it fails. */
  card: string;
  /** A prompt that the model should draw well; needed with text. */
  selfTestPrompt?: string | undefined;
  /** Of the random inputs that graphs are compared on. @default 0 */
  verificationSeed?: number | undefined;
  /** Most pictures that a stage is compared on at a time; each takes much memory in a wide model. @default 5 */
  verificationBatch?: number | undefined;
}

/** A generator's part of a bundle. */
export interface GeneratorGraphs {
  architecture: Manifest['architecture'];
  stages: readonly StageGraph[];
  noise: { zDim: number; epsDim: number };
}

/** A graph of a bundle that was written. */
export interface GraphReport {
  file: string;
  bytes: number;
  /** Largest absolute difference between ONNX Runtime and TensorFlow.js, of the file as it is. */
  maxAbsoluteDifference: number;
  /** Of a stage's pictures: signal to noise between them, decibels; null where all are alike or none is a picture. */
  psnrDb: number | null;
}

/** What maps between stages may be off by beside the absolute bound, as a part of their largest number: they have no range. */
const MAP_TOLERANCE = 1e-5;
const CARD_FILE = 'MODEL_CARD.md';
/** Stands for the longest caption where no words are read. */
const NO_WORDS = 1;

/**
 * Writes a bundle, whole or not at all: every graph as ONNX compared with TensorFlow.js in ONNX Runtime, vocabulary, card
 * and manifest; then it is opened and drawn with.
 * @throws WordbrushError EXPORT_MISMATCH, LAYER_UNSUPPORTED, INVALID_OPTION, OUTPUT_NOT_WRITABLE
 */
export async function exportBundle(
  generator: GeneratorGraphs,
  options: BundleOptions,
): Promise<GraphReport[]> {
  const {
    out,
    text,
    scoring,
    precision = 'fp32',
    training,
    card,
    selfTestPrompt,
    verificationSeed = 0,
    verificationBatch,
  } = options;
  requireText(text, scoring, selfTestPrompt);
  const random = new RandomStream(verificationSeed);
  const graphs = new Map<string, ExportedGraph>();
  const readText = text === undefined ? undefined : await exportText(text, { random, precision });
  if (readText !== undefined) graphs.set(TEXT_ENCODER_FILE, readText.graph);
  const maxLength = text?.kind === 'words' ? text.maxLength : NO_WORDS;
  const stages: Manifest['stages'] = [];
  for (const [index, stage] of generator.stages.entries()) {
    const file = `stage-${index + 1}.onnx`;
    const { model, size, inputs, outputs } = stage;
    const cases = stageCases(stage, random, maxLength, verificationBatch);
    const name = `stage_${index + 1}`;
    const verify = { cases, relativeTolerance: MAP_TOLERANCE };
    graphs.set(file, await exportGraph(model, { name, precision, inputs, outputs, verify }));
    const names = (ends: readonly { name: string }[]) => ends.map(({ name }) => name);
    stages.push({ file, size, inputs: names(inputs), outputs: names(outputs) });
  }
  const scored = scoring === undefined ? undefined : await exportScoring(scoring, { random, precision });
  if (scored !== undefined) {
    graphs.set(IMAGE_ENCODER_FILE, scored.imageEncoderGraph).set(MATCHER_FILE, scored.matcherGraph);
  }
  const manifest: Omit<Manifest, 'files' | 'selfTest'> = {
    formatVersion: FORMAT_VERSION,
    name: basename(resolve(out)),
    architecture: generator.architecture,
    conditional: readText !== undefined,
    stages,
    ...(readText !== undefined && { textEncoder: readText.textEncoder, tokenizer: readText.tokenizer }),
    ...(scored !== undefined && { imageEncoder: scored.imageEncoder, matcher: scored.matcher }),
    noise: generator.noise,
    precision,
    training,
    card: CARD_FILE,
  };
  const files = new Map<string, Uint8Array | string>([
    ...[...graphs].map(([file, { bytes }]): [string, Uint8Array] => [file, bytes]),
    ...(readText?.files ?? []),
    [CARD_FILE, card],
  ]);
  await writeBundle(out, { manifest, files, selfTestPrompt });
  return [...graphs].map(([file, { bytes, verification }]) => ({
    file,
    bytes: bytes.length,
    maxAbsoluteDifference: verification.maxAbsoluteDifference,
    psnrDb: verification.psnrDb,
  }));
}

function requireText(
  text: TextModel | undefined,
  scoring: ScoringModel | undefined,
  selfTestPrompt: string | undefined,
): void {
  const refuse = (expected: string) => {
    throw new WordbrushError('INVALID_OPTION', `Expected ${expected}.`);
  };
  if (text !== undefined && selfTestPrompt === undefined) refuse('a selfTestPrompt for a model with text');
  if (scoring !== undefined && text?.kind !== 'words')
    refuse('a text encoder of words beside the image encoder');
}
