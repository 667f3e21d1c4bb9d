import { WordbrushError } from '../../../sdk/errors.js';
import type { RunConfig } from '../config/run-config.js';
import { ATTNGAN_PRESETS } from './attngan.js';
import { CHAR_CNN_RNN_PRESETS, CONTRASTIVE_PRESETS, DAMSM_PRESETS } from './encoders.js';
import { findPreset, type PresetChoice } from './find-preset.js';
import { STACKGAN_PRESETS } from './stackgan.js';
import { STACKGAN_PP_PRESETS } from './stackgan-pp.js';

const ENCODERS = {
  damsm: DAMSM_PRESETS,
  'bi-lstm': CONTRASTIVE_PRESETS,
  'char-cnn-rnn': CHAR_CNN_RNN_PRESETS,
};

const PRESETS = {
  stackgan: STACKGAN_PRESETS,
  'stackgan-pp': STACKGAN_PP_PRESETS,
  attngan: ATTNGAN_PRESETS,
  ...ENCODERS,
} satisfies Record<RunConfig['architecture'], readonly RunConfig[]>;

/** Text encoders that can be trained alone. */
export const ENCODER_ARCHITECTURES: readonly string[] = Object.keys(ENCODERS);

/** What can be trained: architectures, and encoders alone. */
export const RUN_ARCHITECTURES: readonly string[] = Object.keys(PRESETS);

/**
 * The preset of an architecture, or of an encoder that is trained alone.
 * @throws WordbrushError INVALID_OPTION naming what there is instead.
 */
export function runPreset(architecture: string, choice: PresetChoice): RunConfig {
  const found = Object.entries<readonly RunConfig[]>(PRESETS).find(([name]) => name === architecture);
  if (found !== undefined) return findPreset(found[1], choice);
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected --architecture: ${RUN_ARCHITECTURES.join(', ')}, received ${architecture}.`,
    { details: { expected: RUN_ARCHITECTURES, received: architecture } },
  );
}
