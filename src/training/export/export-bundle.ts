import { basename, join, resolve } from 'node:path';
import type { Precision } from '../../../tools/export/index.js';
import { FORMAT_VERSION, type Manifest } from '../../sdk/bundle/index.js';
import { WordbrushError } from '../../sdk/errors.js';
import { RandomStream } from '../../sdk/noise/index.js';
import { withResults } from '../evaluation/results-section.js';
import { type ExportedGraph, exportGraph } from './export-graphs.js';
import {
  type ExportedScoring,
  exportScoring,
  IMAGE_ENCODER_FILE,
  MATCHER_FILE,
  type ScoringModel,
} from './export-scoring.js';
import {
  exportText,
  type GraphsOptions,
  TEXT_ENCODER_FILE,
  type TextModel,
  writeText,
} from './export-text.js';
import { keepEvaluation } from './keep-evaluation.js';
import { type StageGraph, stageCases } from './stage-graphs.js';
import { writeBundle } from './write-bundle.js';

/** What of a bundle does not depend on the architecture. */
export interface BundleOptions {
  /**
   * Folder of the bundle; a bundle that is there is replaced. Its name is the model's. Results of `wordbrush evaluate` that
   * are there stay if they are of the same model to the byte, and go otherwise.
   */
  out: string;
  /** Undefined for a model that draws without text. */
  text: TextModel | undefined;
  /**
   * The image side of the text encoder, if the bundle is to score; or what makes it when its turn comes, for a model that
   * is in memory no longer than that.
   */
  scoring?: ScoringModel | (() => Promise<ScoringModel>) | undefined;
  /** How weights are stored. @default 'fp32' */
  precision?: Precision | undefined;
  training: Manifest['training'];
  /** Markdown: what the model was trained on, what it is good for, where it fails. */
  card: string;
  /** A prompt that the model should draw well, or can read if it only scores; needed with text. */
  selfTestPrompt?: string | undefined;
  /** Of the random inputs that graphs are compared on. @default 0 */
  verificationSeed?: number | undefined;
  /** Most pictures that a stage is compared on at a time; each takes much memory in a wide model. @default 5 */
  verificationBatch?: number | undefined;
  /** Called before a graph is written, and before it is compared: neither step needs what the one before it left. */
  betweenSteps?: (() => Promise<void>) | undefined;
}

/** A generator's part of a bundle; of one that only scores there are no stages and no noise. */
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
 * and manifest; then it is opened and drawn with. Graphs are written and compared one at a time, each file before the
 * next model is converted, so that memory holds little beside the models.
 * @throws WordbrushError EXPORT_MISMATCH, LAYER_UNSUPPORTED, INVALID_OPTION, OUTPUT_NOT_WRITABLE, and what `scoring` and
 * `generator` throw
 * @param generator its graphs, or what makes them when their turn comes, behind the encoders.
 */
export async function exportBundle(
  generator: GeneratorGraphs | (() => Promise<GeneratorGraphs>),
  options: BundleOptions,
): Promise<GraphReport[]> {
  const { out, text, scoring, precision = 'fp32', training, card, selfTestPrompt } = options;
  requireText(text, scoring, selfTestPrompt);
  return writeBundle(out, async (folder) => {
    const random = new RandomStream(options.verificationSeed ?? 0);
    const to = { folder, random, precision, betweenSteps: options.betweenSteps };
    // First: the largest model by far goes before the others need memory.
    const scored = scoring === undefined ? undefined : await exportImageSide(scoring, to);
    const readText = text === undefined ? undefined : await exportText(text, to);
    const {
      architecture,
      noise,
      stages: models,
    } = typeof generator === 'function' ? await generator() : generator;
    const { stages, graphs } = await exportStages(models, to, options);
    const all = new Map<string, ExportedGraph>([
      ...(readText === undefined ? [] : [[TEXT_ENCODER_FILE, readText.graph] as const]),
      ...graphs,
      ...(scored === undefined ? [] : scoringGraphs(scored)),
    ]);
    const manifest: Omit<Manifest, 'selfTest'> = {
      formatVersion: FORMAT_VERSION,
      name: basename(resolve(out)),
      architecture,
      conditional: readText !== undefined,
      stages,
      ...(readText !== undefined && { textEncoder: readText.textEncoder, tokenizer: readText.tokenizer }),
      ...(scored !== undefined && { imageEncoder: scored.imageEncoder, matcher: scored.matcher }),
      noise,
      files: {
        ...Object.fromEntries(
          [...all].map(([file, { sizeBytes, sha256 }]) => [file, { bytes: sizeBytes, sha256 }]),
        ),
        ...readText?.files,
      },
      precision,
      training,
      card: CARD_FILE,
    };
    const measured = await keepEvaluation({ from: out, to: folder, manifest });
    const measuredCard = measured === undefined ? card : withResults(card, measured);
    manifest.files[CARD_FILE] = await writeText(folder, CARD_FILE, measuredCard);
    return { manifest, selfTestPrompt, result: [...all].map(reportOf) };
  });
}

/** Image encoder and matcher; a model that is made for it is disposed of. */
async function exportImageSide(
  scoring: NonNullable<BundleOptions['scoring']>,
  to: GraphsOptions,
): Promise<ExportedScoring> {
  if (typeof scoring !== 'function') return exportScoring(scoring, to);
  return exportScoring(await scoring(), to, true);
}

function scoringGraphs({ imageEncoderGraph, matcherGraph }: ExportedScoring): [string, ExportedGraph][] {
  return [
    [IMAGE_ENCODER_FILE, imageEncoderGraph],
    [MATCHER_FILE, matcherGraph],
  ];
}

async function exportStages(
  stageGraphs: readonly StageGraph[],
  { folder, random, precision, betweenSteps }: GraphsOptions,
  { text, verificationBatch }: BundleOptions,
): Promise<{ stages: Manifest['stages']; graphs: Map<string, ExportedGraph> }> {
  const maxLength = text?.kind === 'words' ? text.maxLength : NO_WORDS;
  const graphs = new Map<string, ExportedGraph>();
  const stages: Manifest['stages'] = [];
  for (const [index, stage] of stageGraphs.entries()) {
    const file = `stage-${index + 1}.onnx`;
    const { model, size, inputs, outputs } = stage;
    const cases = stageCases(stage, random, maxLength, verificationBatch);
    const graph = await exportGraph(model, {
      name: `stage_${index + 1}`,
      file: join(folder, file),
      precision,
      betweenSteps,
      inputs,
      outputs,
      verify: { cases, relativeTolerance: MAP_TOLERANCE },
    });
    graphs.set(file, graph);
    const names = (ends: readonly { name: string }[]) => ends.map(({ name }) => name);
    stages.push({ file, size, inputs: names(inputs), outputs: names(outputs) });
  }
  return { stages, graphs };
}

function reportOf([file, { sizeBytes, verification }]: readonly [string, ExportedGraph]): GraphReport {
  const { maxAbsoluteDifference, psnrDb } = verification;
  return { file, bytes: sizeBytes, maxAbsoluteDifference, psnrDb };
}

function requireText(
  text: TextModel | undefined,
  scoring: BundleOptions['scoring'],
  selfTestPrompt: string | undefined,
): void {
  const refuse = (expected: string) => {
    throw new WordbrushError('INVALID_OPTION', `Expected ${expected}.`);
  };
  if (text !== undefined && selfTestPrompt === undefined) refuse('a selfTestPrompt for a model with text');
  if (scoring !== undefined && text?.kind !== 'words')
    refuse('a text encoder of words beside the image encoder');
}
