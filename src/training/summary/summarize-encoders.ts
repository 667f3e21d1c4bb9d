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
import { biLstmOptions, type DamsmPreset } from '../run/config/damsm-preset.js';
import type { TextSource } from '../run/config/text-source.js';
import { type PartSummary, summarizePart } from './summarize-models.js';
import { buildWithZeros } from './zero-weights.js';

/** Both trunks make a map of 17×17 regions of pictures of the size that they take. */
const REGION_SIDE = 17;

const TRUNK_FEATURES = {
  'inception-v3': { mapChannels: MAP_CHANNELS, pooledDim: POOLED_DIM },
  'efficientnet-lite0': { mapChannels: REGION_FEATURES, pooledDim: POOLED_FEATURES },
} as const;

/**
 * Counts the text encoder that a generator draws from.
 * @param vocabularySize rows of the embedding where the preset leaves them to the data.
 */
export function summarizeTextSource(source: TextSource, vocabularySize: number): PartSummary {
  if (source.encoder === 'char-cnn-rnn') {
    const { recurrence, sentenceDim } = source;
    const model = buildWithZeros(() => buildCharCnnRnn({ recurrence, sentenceDim }));
    return summarizePart([model], { name: `char-CNN-RNN, ${TEXT_LENGTH} characters` });
  }
  const rows = source.vocabularySize ?? vocabularySize;
  const model = buildWithZeros(() => buildBiLstm({ ...source, vocabularySize: rows }));
  return summarizePart([model], { name: biLstmName(source.maxLength, rows), unknownSize: source.maxLength });
}

export interface DamsmSize {
  /** Words of the caption. */
  words: number;
  /** Rows of the embedding where the preset leaves them to the data. */
  vocabularySize: number;
}

/** Counts text encoder, image trunk and the heads on top of it. */
export function summarizeDamsm(preset: DamsmPreset, { words, vocabularySize }: DamsmSize): PartSummary[] {
  const options = biLstmOptions(preset, vocabularySize);
  const { network, imageSize } = preset.trunk;
  const features = TRUNK_FEATURES[network];
  const { sentenceDim: embeddingDim } = preset.textEncoder;
  return [
    summarizePart([buildWithZeros(() => buildBiLstm(options))], {
      name: biLstmName(words, options.vocabularySize),
      unknownSize: words,
    }),
    summarizePart([buildWithZeros(() => buildTrunk(preset.trunk))], {
      name: `${network}, ${imageSize} pixels`,
    }),
    summarizePart([buildWithZeros(() => buildImageHeads({ ...features, embeddingDim }))], {
      name: 'image heads',
      unknownSize: REGION_SIDE,
    }),
  ];
}

/** Image to map and pooled vector. */
function buildTrunk({ network, imageSize }: DamsmPreset['trunk']): tf.LayersModel {
  if (network === 'inception-v3') return buildInceptionV3({ size: imageSize });
  const classifying = buildEfficientNetLite0(imageSize);
  classifying.getLayer('classifier').dispose();
  const { inputs, outputs } = classifying;
  return tf.model({ inputs, outputs: outputs.slice(0, 2), name: network });
}

function biLstmName(words: number, vocabularySize: number): string {
  return `bi-LSTM, ${words} of ${vocabularySize} words`;
}
