import * as tf from '@tensorflow/tfjs';
import { buildBiLstm } from '../encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../encoders/char-cnn-rnn/char-cnn-rnn.js';
import { TEXT_LENGTH } from '../encoders/char-cnn-rnn/characters.js';
import { buildImageHeads } from '../encoders/damsm/image-heads.js';
import {
  buildEfficientNetLite0,
  POOLED_FEATURES,
  REGION_FEATURES,
} from '../encoders/efficientnet-lite0/architecture.js';
import { buildInceptionV3, MAP_CHANNELS, POOLED_DIM } from '../encoders/inception-v3/architecture.js';
import type { DamsmEncoderConfig, TextEncoderConfig } from '../run/config/text-encoder-config.js';
import { vocabularySizeOf } from '../run/text/vocabulary-size.js';
import { type PartSummary, summarizePart } from './summarize-models.js';
import { buildWithZeros } from './zero-weights.js';

/** Inception-v3 makes a map of 17×17 regions of its pictures; EfficientNet-Lite0 one of a sixteenth of their side. */
const INCEPTION_REGION_SIDE = 17;

const TRUNK_FEATURES = {
  'inception-v3': { mapChannels: MAP_CHANNELS, pooledDim: POOLED_DIM },
  'efficientnet-lite0': { mapChannels: REGION_FEATURES, pooledDim: POOLED_FEATURES },
} as const;

export interface TextEncoderSize {
  /** Words of the caption. @default as many as the encoder reads */
  words?: number | undefined;
  /** Rows of the embedding where the preset leaves them to the data. */
  vocabularySize: number;
}

/** Counts the text encoder that a generator draws from, and the image encoder of DAMSM. Vectors from a file have none. */
export function summarizeTextEncoder(encoder: TextEncoderConfig, size: TextEncoderSize): PartSummary[] {
  switch (encoder.kind) {
    case 'vectors':
      return [];
    case 'char-cnn-rnn': {
      const model = buildWithZeros(() => buildCharCnnRnn(encoder));
      return [summarizePart([model], { name: `char-CNN-RNN, ${TEXT_LENGTH} characters` })];
    }
    default: {
      const { words = encoder.maxLength } = size;
      const vocabularySize = vocabularySizeOf(encoder, { size: size.vocabularySize });
      const model = buildWithZeros(() => buildBiLstm({ ...encoder, vocabularySize }));
      const name = `bi-LSTM, ${words} of ${vocabularySize} words`;
      const text = summarizePart([model], { name, unknownSize: words });
      return encoder.kind === 'damsm' ? [text, ...summarizeImageEncoder(encoder)] : [text];
    }
  }
}

/** The image trunk of DAMSM and the heads on top of it. */
function summarizeImageEncoder({ trunk, sentenceDim: embeddingDim }: DamsmEncoderConfig): PartSummary[] {
  const { network, imageSize } = trunk;
  const heads = { ...TRUNK_FEATURES[network], embeddingDim };
  return [
    summarizePart([buildWithZeros(() => buildTrunk(trunk))], { name: `${network}, ${imageSize} pixels` }),
    summarizePart([buildWithZeros(() => buildImageHeads(heads))], {
      name: 'image heads',
      unknownSize: network === 'inception-v3' ? INCEPTION_REGION_SIDE : imageSize / 16,
    }),
  ];
}

/** Image to map and pooled vector. */
function buildTrunk({ network, imageSize }: DamsmEncoderConfig['trunk']): tf.LayersModel {
  if (network === 'inception-v3') return buildInceptionV3({ size: imageSize });
  const classifying = buildEfficientNetLite0(imageSize);
  classifying.getLayer('classifier').dispose();
  const { inputs, outputs } = classifying;
  return tf.model({ inputs, outputs: outputs.slice(0, 2), name: network });
}
