import type * as tf from '@tensorflow/tfjs';
import {
  type ConvertedModel,
  convert,
  type VerificationResult,
  verify,
} from '../../../tools/export/index.js';
import type { RandomStream } from '../../sdk/noise/index.js';
import { layerHandlers } from './layer-handlers.js';

/** Largest absolute difference between ONNX Runtime and TensorFlow.js that an export may have. */
const TOLERANCE = 1e-4;

export interface ExportedGraph {
  bytes: Uint8Array;
  verification: VerificationResult;
}

export interface TextEncoderExport {
  textEncoder: tf.LayersModel;
  vocabularySize: number;
  sentenceDim: number;
  maxLength: number;
  random: RandomStream;
}

/** The text encoder as ONNX, compared with TensorFlow.js on captions of one word up to the longest. */
export async function exportTextEncoder(options: TextEncoderExport): Promise<ExportedGraph> {
  const { textEncoder, sentenceDim, maxLength } = options;
  const converted = convert(textEncoder, {
    name: 'text_encoder',
    handlers: layerHandlers,
    inputs: [
      { name: 'token_ids', dims: ['batch', 'time'] },
      { name: 'lengths', dims: ['batch'] },
    ],
    outputs: [{ name: 'words', dims: ['batch', 'time', sentenceDim] }, { name: 'sentence' }],
  });
  const lengths = [[1], [maxLength], [3, 1, 7, maxLength, 2].map((length) => Math.min(length, maxLength))];
  const cases = lengths.map((some) => captionCase(some, options));
  return {
    bytes: converted.bytes,
    verification: await verify(textEncoder, converted, { cases, tolerance: TOLERANCE }),
  };
}

/** A generator's stage as ONNX, pictures with channels first in and out, compared with TensorFlow.js on random inputs. */
export async function exportImageStage(
  model: tf.LayersModel,
  name: string,
  random: RandomStream,
): Promise<ExportedGraph> {
  const converted: ConvertedModel = convert(model, {
    name,
    handlers: layerHandlers,
    inputs: model.inputs.map(({ shape }, index) => ({
      // The layer's name: that of its tensor has a number behind once the model was built before.
      name: model.inputNames[index] ?? '',
      layout: shape.length === 4 ? ('nchw' as const) : ('nhwc' as const),
    })),
    outputs: [{ name: 'image', layout: 'nchw' }],
  });
  const verification = await verify(model, converted, {
    random: (length) => random.normals(length),
    batchSizes: [1, 2, 5],
    tolerance: TOLERANCE,
  });
  return { bytes: converted.bytes, verification };
}

function captionCase(lengths: readonly number[], { vocabularySize, random }: TextEncoderExport) {
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
