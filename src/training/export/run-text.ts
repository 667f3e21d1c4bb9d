import { WordbrushError } from '../../sdk/errors.js';
import { buildBiLstm } from '../encoders/bi-lstm/bi-lstm.js';
import { buildCharCnnRnn } from '../encoders/char-cnn-rnn/char-cnn-rnn.js';
import { EFFICIENTNET_PIXELS } from '../encoders/damsm/image-encoder-model.js';
import { buildImageHeads } from '../encoders/damsm/image-heads.js';
import { POOLED_FEATURES, REGION_FEATURES } from '../encoders/efficientnet-lite0/architecture.js';
import { loadEfficientNetLite0 } from '../encoders/efficientnet-lite0/load.js';
import { MAP_CHANNELS, POOLED_DIM } from '../encoders/inception-v3/architecture.js';
import { loadNsfwjsInceptionV3 } from '../encoders/inception-v3/load-nsfwjs.js';
import type { RunConfig } from '../run/config/run-config.js';
import type { DamsmEncoderConfig } from '../run/config/text-encoder-config.js';
import { nsfwjsFolder } from '../run/image-trunk.js';
import type { RunFolder } from '../run/run-folder.js';
import { vocabularySizeOf } from '../run/text/vocabulary-size.js';
import { variablesOf } from '../weights/named-variables.js';
import type { ScoringModel } from './export-scoring.js';
import type { TextModel } from './export-text.js';

/**
 * The text encoder that a run's generator was trained with; undefined for one without text.
 * @throws WordbrushError CHECKPOINT_INVALID, WEIGHTS_INVALID; CONFIG_INVALID for vectors of another program, which read no
 * prompts.
 */
export async function loadRunText(config: RunConfig, folder: RunFolder): Promise<TextModel | undefined> {
  const { textEncoder } = config;
  if (textEncoder === null) return undefined;
  if (textEncoder.kind === 'vectors') {
    throw new WordbrushError(
      'CONFIG_INVALID',
      'Expected a run with a text encoder, received one that was trained on vectors from a file.',
      { hint: 'Train a text encoder, and a generator with it: vectors cannot be made of a new prompt.' },
    );
  }
  if (textEncoder.kind === 'char-cnn-rnn') {
    const encoder = buildCharCnnRnn(textEncoder);
    await folder.loadTextEncoder(variablesOf(encoder));
    return { kind: 'characters', encoder, lowerCase: textEncoder.lowerCase };
  }
  const vocabulary = await folder.readVocabulary();
  const encoder = buildBiLstm({ ...textEncoder, vocabularySize: vocabularySizeOf(textEncoder, vocabulary) });
  await folder.loadTextEncoder(variablesOf(encoder));
  const { maxLength } = config.architecture === 'attngan' ? config : textEncoder;
  return { kind: 'words', encoder, vocabulary, maxLength };
}

/**
 * The image encoder that a run's text encoder was trained against; undefined for an encoder that is not DAMSM's.
 * @throws WordbrushError CHECKPOINT_INVALID, WEIGHTS_INVALID, FILE_MISSING, PACKAGE_MISSING
 */
export async function loadRunScoring(
  { textEncoder }: RunConfig,
  folder: RunFolder,
): Promise<ScoringModel | undefined> {
  if (textEncoder?.kind !== 'damsm') return undefined;
  const { trunk, sentenceDim: embeddingDim, gamma1, gamma2, compat } = textEncoder;
  const isEfficientNet = trunk.network === 'efficientnet-lite0';
  const heads = buildImageHeads({
    mapChannels: isEfficientNet ? REGION_FEATURES : MAP_CHANNELS,
    pooledDim: isEfficientNet ? POOLED_FEATURES : POOLED_DIM,
    embeddingDim,
  });
  await folder.loadImageHeads(variablesOf(heads));
  const { imageSize } = trunk;
  return {
    imageEncoder: {
      trunk: await loadTrunk(trunk),
      heads,
      imageSize,
      ...(isEfficientNet && { pixels: EFFICIENTNET_PIXELS }),
    },
    matching: { gamma1, gamma2, wordScore: compat.wordScore },
  };
}

function loadTrunk({ network, imageSize }: DamsmEncoderConfig['trunk']) {
  return network === 'efficientnet-lite0'
    ? loadEfficientNetLite0({ size: imageSize })
    : loadNsfwjsInceptionV3(nsfwjsFolder(), { size: imageSize });
}
