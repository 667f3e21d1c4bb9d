import type * as tf from '@tensorflow/tfjs';
import {
  type ConvertOptions,
  type Precision,
  type VerificationResult,
  type VerifyCase,
  type VerifyOptions,
  verify,
  writeGraphFile,
} from '../../../tools/export/index.js';
import type { RandomStream } from '../../sdk/noise/index.js';
import { TEXT_LENGTH } from '../../sdk/text/characters.js';
import { ALPHABET_SIZE } from '../encoders/char-cnn-rnn/characters.js';
import { layerHandlers } from './layer-handlers.js';

/** Largest absolute difference between ONNX Runtime and TensorFlow.js that an export may have. */
const TOLERANCE = 1e-4;

/** A graph that was written. */
export interface ExportedGraph {
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
  verification: VerificationResult;
}

/** How a model is written, and with what it is compared afterwards. */
export interface GraphOptions extends Pick<ConvertOptions, 'inputs' | 'outputs'> {
  name: string;
  /** Path to write; what is there is written over. */
  file: string;
  /** @default 'fp32' */
  precision?: Precision | undefined;
  /** Called before a graph is written, and before it is compared: neither step needs what the one before it left. */
  betweenSteps?: (() => Promise<void>) | undefined;
  verify: Omit<VerifyOptions, 'tolerance'>;
}

/** Writes one model as ONNX, compared with TensorFlow.js. @throws WordbrushError EXPORT_MISMATCH, LAYER_UNSUPPORTED */
export async function exportGraph(model: tf.LayersModel, options: GraphOptions): Promise<ExportedGraph> {
  const { name, file, inputs, outputs, precision = 'fp32' } = options;
  await options.betweenSteps?.();
  const { sizeBytes, sha256, compared } = await writeGraphFile(model, file, {
    name,
    precision,
    handlers: layerHandlers,
    ...(inputs !== undefined && { inputs }),
    ...(outputs !== undefined && { outputs }),
  });
  await options.betweenSteps?.();
  const verification = await verify(model, compared, {
    ...options.verify,
    tolerance: TOLERANCE,
  });
  return { sizeBytes, sha256, verification };
}

export interface TextEncoderExport {
  textEncoder: tf.LayersModel;
  file: string;
  /** Called before a graph is written, and before it is compared: neither step needs what the one before it left. */
  betweenSteps?: (() => Promise<void>) | undefined;
  vocabularySize: number;
  sentenceDim: number;
  maxLength: number;
  random: RandomStream;
  precision?: Precision | undefined;
}

/** The text encoder as ONNX, compared with TensorFlow.js on captions of one word up to the longest. */
export async function exportTextEncoder(options: TextEncoderExport): Promise<ExportedGraph> {
  const { textEncoder, file, betweenSteps, sentenceDim, maxLength, precision } = options;
  return exportGraph(textEncoder, {
    name: 'text_encoder',
    file,
    precision,
    betweenSteps,
    inputs: [
      { name: 'token_ids', dims: ['batch', 'time'] },
      { name: 'lengths', dims: ['batch'] },
    ],
    outputs: [{ name: 'words', dims: ['batch', 'time', sentenceDim] }, { name: 'sentence' }],
    verify: { cases: captionLengths(maxLength).map((lengths) => tokenCase(lengths, options)) },
  });
}

/** The character encoder as ONNX, compared with TensorFlow.js on texts of one character up to the longest. */
export async function exportCharacterEncoder(options: {
  textEncoder: tf.LayersModel;
  file: string;
  random: RandomStream;
  precision?: Precision | undefined;
  betweenSteps?: GraphOptions['betweenSteps'];
}): Promise<ExportedGraph> {
  const { textEncoder, file, random, precision, betweenSteps } = options;
  const characterCase = (lengths: readonly number[]): VerifyCase => {
    const data = new Int32Array(lengths.length * TEXT_LENGTH);
    for (const [row, length] of lengths.entries()) {
      for (let i = 0; i < length; i++) data[row * TEXT_LENGTH + i] = random.integer(ALPHABET_SIZE + 1);
    }
    const characters = { shape: [lengths.length, TEXT_LENGTH], data };
    return { name: `texts of ${lengths.join(', ')} characters`, inputs: { characters } };
  };
  return exportGraph(textEncoder, {
    name: 'text_encoder',
    file,
    precision,
    betweenSteps,
    inputs: [{ name: 'characters' }],
    outputs: [{ name: 'sentence' }],
    verify: { cases: [[1], [TEXT_LENGTH], [40, 0, 90]].map(characterCase) },
  });
}

/** Lengths of the captions of some batches, up to the longest. */
export function captionLengths(maxLength: number): number[][] {
  return [[1], [maxLength], [3, 1, 7, maxLength, 2].map((length) => Math.min(length, maxLength))];
}

function tokenCase(
  lengths: readonly number[],
  { vocabularySize, random }: Pick<TextEncoderExport, 'vocabularySize' | 'random'>,
): VerifyCase {
  const time = Math.max(...lengths);
  const ids = new Int32Array(lengths.length * time);
  for (const [row, length] of lengths.entries()) {
    for (let word = 0; word < length; word++) ids[row * time + word] = 1 + random.integer(vocabularySize - 1);
  }
  return {
    name: `captions of ${lengths.join(', ')} words`,
    inputs: {
      token_ids: { shape: [lengths.length, time], data: ids },
      lengths: { shape: [lengths.length], data: Int32Array.from(lengths) },
    },
  };
}
