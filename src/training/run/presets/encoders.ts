import type { EncoderConfig } from '../config/encoder-config.js';
import type { DatasetName } from '../config/preset-fields.js';
import {
  CONTRASTIVE_ENCODERS,
  DAMSM_ENCODERS,
  officialCharCnnRnn,
  TINY_CHAR_CNN_RNN,
} from './text-encoders.js';

const OFFICIAL = {
  preset: 'paper',
  seed: 1,
  captions: 'any',
  checkpointEverySteps: 1000,
  keepCheckpoints: 2,
} as const;

const SMALL = { ...OFFICIAL, preset: 'small', dataset: null } as const;
const TINY = { ...SMALL, preset: 'tiny', captions: 'labelAndTags', checkpointEverySteps: 250 } as const;

/** DAMSM alone: official configurations first. */
export const DAMSM_PRESETS: readonly EncoderConfig[] = [
  { architecture: 'damsm', ...OFFICIAL, dataset: 'cub', textEncoder: DAMSM_ENCODERS.birds },
  { architecture: 'damsm', ...OFFICIAL, dataset: 'coco', textEncoder: DAMSM_ENCODERS.coco },
  { architecture: 'damsm', ...SMALL, textEncoder: DAMSM_ENCODERS.small },
  { architecture: 'damsm', ...TINY, textEncoder: DAMSM_ENCODERS.tiny },
];

/** char-CNN-RNN alone: official configurations first. */
export const CHAR_CNN_RNN_PRESETS: readonly EncoderConfig[] = [
  ...(['cub', 'coco', 'oxford-102'] satisfies DatasetName[]).map((dataset) => ({
    architecture: 'char-cnn-rnn' as const,
    ...OFFICIAL,
    dataset,
    textEncoder: officialCharCnnRnn(dataset),
  })),
  { architecture: 'char-cnn-rnn', ...TINY, textEncoder: TINY_CHAR_CNN_RNN },
];

/** A bi-LSTM trained by contrast, alone; it has no official configuration. */
export const CONTRASTIVE_PRESETS: readonly EncoderConfig[] = [
  { architecture: 'bi-lstm', ...TINY, textEncoder: CONTRASTIVE_ENCODERS.tiny },
  { architecture: 'bi-lstm', ...SMALL, textEncoder: CONTRASTIVE_ENCODERS.small },
];
