import { buildImageHeads } from '../../../src/training/encoders/damsm/image-heads.js';
import {
  buildInceptionV3,
  MAP_CHANNELS,
  POOLED_DIM,
} from '../../../src/training/encoders/inception-v3/architecture.js';
import type { ScoringModel } from '../../../src/training/export/export-scoring.js';
import { variablesOf } from '../../../src/training/weights/named-variables.js';
import { loadTorchvisionInceptionV3 } from '../inception-v3.js';
import { imageHeadNames } from '../official-names/damsm.js';
import { loadOfficial, withoutModulePrefix } from '../official-names/load-official.js';
import type { FoundPart } from './find-part.js';

/** Side that the official encoder looks at, pixels. */
const IMAGE_SIZE = 299;
/** Of the official configurations; the released code leaves 1 / gamma2 out of the words' score. */
const OFFICIAL_MATCHING = { gamma1: 4, gamma2: 5, wordScore: 'official' } as const;
const HEADS = /^emb_(features|cnn_code)\./;

/** Inception-v3 and the heads of DAMSM with their weights. @throws {WordbrushError} `WEIGHTS_INVALID` */
export function importImageEncoder({ part, tensors, source }: FoundPart<'image-encoder'>): ScoringModel {
  const { embeddingDim } = part;
  const trunk = buildInceptionV3({ size: IMAGE_SIZE });
  const heads = buildImageHeads({ mapChannels: MAP_CHANNELS, pooledDim: POOLED_DIM, embeddingDim });
  try {
    loadTorchvisionInceptionV3(trunk, tensors, { source });
    const ofHeads = [...withoutModulePrefix(tensors)].filter(([name]) => HEADS.test(name));
    loadOfficial(variablesOf(heads), new Map(ofHeads), imageHeadNames(), { source });
  } catch (error) {
    trunk.dispose();
    heads.dispose();
    throw error;
  }
  return { imageEncoder: { trunk, heads, imageSize: IMAGE_SIZE }, matching: OFFICIAL_MATCHING };
}
