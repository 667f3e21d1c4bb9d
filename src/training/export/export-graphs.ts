import type * as tf from '@tensorflow/tfjs';
import {
  type ConvertOptions,
  convert,
  type Precision,
  type VerificationResult,
  type VerifyCase,
  type VerifyOptions,
  verify,
} from '../../../tools/export/index.js';
import type { RandomStream } from '../../sdk/noise/index.js';
import { TEXT_LENGTH } from '../../sdk/text/characters.js';
import { ALPHABET_SIZE } from '../encoders/char-cnn-rnn/characters.js';
import { layerHandlers } from './layer-handlers.js';

/** Largest absolute difference between ONNX Runtime and TensorFlow.js that an export may have. */
const TOLERANCE = 1e-4;

export interface ExportedGraph {
  bytes: Uint8Array;
  verification: VerificationResult;
}

/** How a model is written, and with what it is compared afterwards. */
export interface GraphOptions extends Pick<ConvertOptions, 'inputs' | 'outputs'> {
  name: string;
  /** @default 'fp32' */
  precision?: Precision | undefined;
  verify: Omit<VerifyOptions, 'tolerance'>;
}

/** One model as ONNX, compared with TensorFlow.js. @throws WordbrushError EXPORT_MISMATCH, LAYER_UNSUPPORTED */
export async function exportGraph(model: tf.LayersModel, options: GraphOptions): Promise<ExportedGraph> {
  const { name, inputs, outputs, precision = 'fp32' } = options;
  const converted = convert(model, {
    name,
    precision,
    handlers: layerHandlers,
    ...(inputs !== undefined && { inputs }),
    ...(outputs !== undefined && { outputs }),
  });
  const verification = await verify(model, converted, { ...options.verify, tolerance: TOLERANCE });
  return { bytes: converted.bytes, verification };
}

export interface TextEncoderExport {
  textEncoder: tf.LayersModel;
  vocabularySize: number;
  sentenceDim: number;
  maxLength: number;
  random: RandomStream;
  precision?: Precision | undefined;
}

/** The text encoder as ONNX, compared with TensorFlow.js on captions of one word up to the longest. */
export async function exportTextEncoder(options: TextEncoderExport): Promise<ExportedGraph> {
  const { textEncoder, sentenceDim, maxLength, precision } = options;
  return exportGraph(textEncoder, {
    name: 'text_encoder',
    precision,
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
  random: RandomStream;
  precision?: Precision | undefined;
}): Promise<ExportedGraph> {
  const { textEncoder, random, precision } = options;
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
    precision,
    inputs: [{ name: 'characters' }],
    outputs: [{ name: 'sentence' }],
    verify: { cases: [[1], [TEXT_LENGTH], [40, 0, 90]].map(characterCase) },
  });
}

/** A generator's stage as ONNX, pictures with channels first in and out, compared with TensorFlow.js on random inputs. */
export async function exportImageStage(
  model: tf.LayersModel,
  name: string,
  random: RandomStream,
): Promise<ExportedGraph> {
  return exportGraph(model, {
    name,
    inputs: model.inputs.map(({ shape }, index) => ({
      // The layer's name: that of its tensor has a number behind once the model was built before.
      name: model.inputNames[index] ?? '',
      layout: shape.length === 4 ? ('nchw' as const) : ('nhwc' as const),
    })),
    outputs: [{ name: 'image', layout: 'nchw' }],
    verify: { random: (length) => random.normals(length), batchSizes: [1, 2, 5] },
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
