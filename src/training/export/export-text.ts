import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as tf from '@tensorflow/tfjs';
import type { Precision } from '../../../tools/export/index.js';
import type { FileDescription, Manifest } from '../../sdk/bundle/index.js';
import { describeFile, GRAPH_VALUES } from '../../sdk/bundle/index.js';
import type { RandomStream } from '../../sdk/noise/index.js';
import { CHARACTER_TOKENIZER, TOKENIZER, type Vocabulary } from '../../sdk/text/index.js';
import { type ExportedGraph, exportCharacterEncoder, exportTextEncoder } from './export-graphs.js';

/** Where graphs are written, and how they are compared. */
export interface GraphsOptions {
  folder: string;
  random: RandomStream;
  precision: Precision;
  /** Called before a graph is written, and before it is compared. */
  betweenSteps: (() => Promise<void>) | undefined;
}

/** What reads the prompts of a model. */
export type TextModel = WordTextModel | CharacterTextModel;

/** A bi-LSTM over words, see `buildBiLstm`. */
export interface WordTextModel {
  kind: 'words';
  encoder: tf.LayersModel;
  vocabulary: Vocabulary;
  /** Words read of a prompt. */
  maxLength: number;
  /** How a prompt is split into words: see `tokenizeOfficial`. @default as captions are in training */
  splitting?: 'official';
}

/** A char-CNN-RNN, see `buildCharCnnRnn`. */
export interface CharacterTextModel {
  kind: 'characters';
  encoder: tf.LayersModel;
  /** Whether capitals are read as small letters. @default false, as in the official code */
  lowerCase?: boolean;
}

/** What a bundle holds of a text encoder. */
export interface ExportedText {
  graph: ExportedGraph;
  textEncoder: NonNullable<Manifest['textEncoder']>;
  tokenizer: NonNullable<Manifest['tokenizer']>;
  /** Beside the graph, by path. */
  files: Manifest['files'];
}

export const TEXT_ENCODER_FILE = 'text-encoder.onnx';
const VOCABULARY_FILE = 'vocabulary.json';

/** Writes the text encoder, with what it reads prompts by, into a folder. @throws WordbrushError EXPORT_MISMATCH, LAYER_UNSUPPORTED */
export async function exportText(
  text: TextModel,
  { folder, random, precision, betweenSteps }: GraphsOptions,
): Promise<ExportedText> {
  const { encoder: textEncoder } = text;
  const file = join(folder, TEXT_ENCODER_FILE);
  const sentenceDim = lastDim(textEncoder, text.kind === 'words' ? 1 : 0);
  if (text.kind === 'characters') {
    return {
      graph: await exportCharacterEncoder({ textEncoder, file, random, precision, betweenSteps }),
      textEncoder: { file: TEXT_ENCODER_FILE, ...namesOf('characterEncoder'), sentenceDim },
      tokenizer: { ...CHARACTER_TOKENIZER, lowerCase: text.lowerCase ?? false },
      files: {},
    };
  }
  const { vocabulary, maxLength } = text;
  const wordDim = lastDim(textEncoder, 0);
  const options = { textEncoder, file, vocabularySize: vocabulary.size, sentenceDim: wordDim, maxLength };
  return {
    graph: await exportTextEncoder({ ...options, random, precision, betweenSteps }),
    textEncoder: { file: TEXT_ENCODER_FILE, ...namesOf('wordEncoder'), wordDim, sentenceDim },
    tokenizer: {
      ...TOKENIZER,
      vocabularyFile: VOCABULARY_FILE,
      maxLength,
      unknownWords: 'drop',
      ...(text.splitting !== undefined && { splitting: text.splitting }),
    },
    files: { [VOCABULARY_FILE]: await writeText(folder, VOCABULARY_FILE, `${JSON.stringify(vocabulary)}\n`) },
  };
}

/** Writes a text beside the graphs. @returns its size and hash */
export async function writeText(folder: string, file: string, text: string): Promise<FileDescription> {
  const bytes = new TextEncoder().encode(text);
  await writeFile(join(folder, file), bytes);
  return describeFile(bytes);
}

/** The names of a graph's ends in a manifest. */
export function namesOf(graph: keyof typeof GRAPH_VALUES): { inputs: string[]; outputs: string[] } {
  const { inputs, outputs } = GRAPH_VALUES[graph];
  return { inputs: [...inputs], outputs: [...outputs] };
}

/** The size of the last axis of one of a model's outputs. */
export function lastDim(model: tf.LayersModel, output: number): number {
  const size = model.outputs[output]?.shape.at(-1);
  if (typeof size !== 'number') throw new TypeError(`Expected ${model.name} to have an output ${output}.`);
  return size;
}
