import { basename, resolve } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import {
  exportBundle,
  type GeneratorGraphs,
  type GraphReport,
} from '../../src/training/export/export-bundle.js';
import type { ScoringModel } from '../../src/training/export/export-scoring.js';
import { collectGarbage } from './collect-garbage.js';
import { datasetOfGenerator } from './detect/guess-dataset.js';
import type { ArchitectureName, GeneratorPart } from './detect/parts.js';
import { importCard } from './import-card.js';
import { buildGenerator, type Compatibility } from './models/build-generator.js';
import { findPart } from './models/find-part.js';
import { findTextEncoder } from './models/find-text-encoder.js';
import { importImageEncoder } from './models/import-image-encoder.js';
import { type ImportedText, importText } from './models/import-text.js';
import { requireSameEmbedding, requireSameText, textSizes } from './models/require-matching.js';
import { loadOfficial } from './official-names/load-official.js';
import { unreachableWords } from './vocabulary/fit-vocabulary.js';
import { type FileRecord, openSource, recordOf, type SourceFile } from './weight-source.js';

export interface ImportModelOptions {
  /** The generator's weights: `netG*.pth` or the same tensors as safetensors. */
  generator: string;
  /** Needed by generators that take text: `text_encoder*.pth`, or `.t7` of the char-CNN-RNN. */
  textEncoder?: string | undefined;
  /** Needed by text encoders of words: `captions.pickle`, JSON or text. */
  vocabulary?: string | undefined;
  /** With it the bundle scores pictures: `image_encoder*.pth`. */
  imageEncoder?: string | undefined;
  /** Folder of the bundle; a bundle that is there is replaced. */
  out: string;
  /** What the generator has to be. @default whatever it is */
  architecture?: ArchitectureName | undefined;
  /**
   * How AttnGAN masks the padding of the shorter captions of a batch: `official` as the released code does, by the
   * wrong captions, `corrected` by their own. The same for one caption at a time. @default 'corrected'
   */
  compat?: Compatibility | undefined;
}

/** What was found in the files, and the graphs that were written. */
export interface ImportReport {
  generator: GeneratorPart;
  /** As far as sizes tell; undefined for sizes of no official release. */
  dataset: string | undefined;
  /** Words of the vocabulary, padding included. */
  vocabularySize: number | undefined;
  /** Words of the vocabulary that no prompt can reach, see `unreachableWords`. */
  unreachableWords: readonly string[];
  compat: Compatibility;
  files: readonly FileRecord[];
  graphs: readonly GraphReport[];
  bytes: number;
}

/** Two captions show the mask; each further picture of full width takes 100 MB and more. */
const VERIFICATION_BATCH = 2;

/**
 * Writes official weights as a bundle that draws, whole or not at all. Architecture, sizes, text and data set are found
 * from names and shapes; nothing in the files is executed. A TensorFlow.js backend has to be loaded, see `loadTensorFlow`.
 * @throws {WordbrushError} `FILE_MISSING`, `WEIGHTS_INVALID` for files that are damaged, unsafe, of another kind or do not
 * belong together, `INVALID_OPTION` where one is missing, and what the export throws.
 */
export async function importModel(options: ImportModelOptions): Promise<ImportReport> {
  const { out, compat = 'corrected' } = options;
  const disposals: (() => void)[] = [];
  try {
    const files: FileRecord[] = [];
    const open = async (path: string) => {
      const file = await openSource(path);
      files.push(recordOf(file));
      return file;
    };
    const part = requireGenerator(await open(options.generator), options);
    const { dataset, text } = await importTextOf(part, options, open, disposals);
    const scoring = await findScoring(text, options, open);
    const training = {
      dataset: dataset ?? 'unknown',
      licence: 'that of the imported weights',
      preset: 'imported',
      steps: 0,
      seed: 0,
      imported: { files, ...(part.architecture === 'attngan' && { compat: { attentionMask: compat } }) },
    };
    const name = basename(resolve(out));
    const card = importCard({ name, part, dataset, files, compat, example: text?.example });
    const generator = () => importGenerator(options, disposals);
    const graphs = await exportBundle(generator, {
      out,
      text: text?.model,
      scoring,
      training,
      card,
      selfTestPrompt: text?.example,
      verificationBatch: VERIFICATION_BATCH,
      betweenSteps: collectGarbage,
    });
    return {
      generator: part,
      dataset,
      vocabularySize: text?.vocabularySize,
      unreachableWords:
        text?.model.kind === 'words' ? unreachableWords(text.model.vocabulary, text.model.splitting) : [],
      compat,
      files,
      graphs,
      bytes: graphs.reduce((sum, graph) => sum + graph.bytes, 0),
    };
  } finally {
    for (const dispose of disposals) dispose();
  }
}

/** The generator of a file as it was asked for. */
function requireGenerator(file: SourceFile, options: ImportModelOptions): GeneratorPart {
  const { part: detected, source } = findPart(file, ['generator']);
  const part = asAsked(detected, options.architecture);
  requireArchitecture(part, options.architecture, source);
  if (textSizes(part) !== undefined && options.textEncoder === undefined) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected a text encoder: the generator in ${source} draws what a text says.`,
      {
        hint: 'Give --text-encoder, and for an encoder of words --vocabulary.',
      },
    );
  }
  return part;
}

/** The file is read once more: meanwhile the encoders have had the memory. */
async function importGenerator(
  { generator, architecture, compat = 'corrected' }: ImportModelOptions,
  disposals: (() => void)[],
): Promise<GeneratorGraphs> {
  const { part, tensors, source } = findPart(await openSource(generator), ['generator']);
  const built = buildGenerator(asAsked(part, architecture), compat, source);
  disposals.push(() => disposeAll(built.variables.values()));
  loadOfficial(built.variables, tensors, built.names, { source });
  return built.graphs();
}

type Open = (path: string) => Promise<SourceFile>;

async function importTextOf(
  generator: GeneratorPart,
  { textEncoder, vocabulary }: ImportModelOptions,
  open: Open,
  disposals: (() => void)[],
): Promise<{
  dataset: string | undefined;
  text: (ImportedText & { part: ReturnType<typeof findTextEncoder>['part'] }) | undefined;
}> {
  if (textEncoder === undefined) return { dataset: datasetOfGenerator(generator)?.name, text: undefined };
  const found = findTextEncoder(await open(textEncoder));
  const dataset = requireSameText(generator, found.part);
  const text = importText(found, vocabulary === undefined ? undefined : await open(vocabulary), dataset);
  disposals.push(() => void text.model.encoder.dispose());
  return { dataset, text: { ...text, part: found.part } };
}

/** Looks that the image encoder belongs to the text; its weights are read again when their turn comes: it is the largest. */
async function findScoring(
  text: { part: ReturnType<typeof findTextEncoder>['part'] } | undefined,
  { imageEncoder }: ImportModelOptions,
  open: Open,
): Promise<(() => Promise<ScoringModel>) | undefined> {
  if (imageEncoder === undefined) return undefined;
  if (text?.part.kind !== 'text-encoder') {
    throw new WordbrushError('INVALID_OPTION', 'Expected a text encoder of words beside the image encoder.');
  }
  const found = findPart(await open(imageEncoder), ['image-encoder']);
  requireSameEmbedding(text.part, found.part);
  return async () => importImageEncoder(findPart(await openSource(imageEncoder), ['image-encoder']));
}

/** One stage with text is alike in AttnGAN and StackGAN++; which it is decides only what its text encoder has to give. */
function asAsked(part: GeneratorPart, wanted: ArchitectureName | undefined): GeneratorPart {
  if (wanted !== 'attngan' || part.architecture !== 'stackgan-pp' || part.branches !== 1) return part;
  if (part.text === undefined) return part;
  const { text, ...sizes } = part;
  return { ...sizes, architecture: 'attngan', ...text, wordDim: text.sentenceDim, images: 'every' };
}

function requireArchitecture(
  part: GeneratorPart,
  wanted: ArchitectureName | undefined,
  source: string,
): void {
  if (wanted === undefined || wanted === part.architecture) return;
  throw new WordbrushError(
    'WEIGHTS_INVALID',
    `Expected a generator of ${wanted} in ${source}, found one of ${part.architecture}.`,
    {
      hint: 'Leave the architecture out: it is found from the file.',
      details: { expected: wanted, received: part.architecture },
    },
  );
}

function disposeAll(variables: Iterable<tf.Variable>): void {
  for (const variable of variables) variable.dispose();
}
