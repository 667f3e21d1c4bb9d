import { WordbrushError } from '../../sdk/errors.js';
import type { RunConfig } from '../run/config/run-config.js';
import type { PresetChoice } from '../run/presets/find-preset.js';
import { runPreset } from '../run/presets/run-preset.js';
import { summarizeAttngan } from './summarize-attngan.js';
import { summarizeTextEncoder } from './summarize-encoders.js';
import { type GroupSummary, summarizeGroup } from './summarize-models.js';
import { summarizeStackgan } from './summarize-stackgan.js';
import { summarizeStackganPlusPlus } from './summarize-stackgan-pp.js';

export interface ArchitectureChoice extends PresetChoice {
  /** `stackgan`, `stackgan-pp` or `attngan`. */
  architecture: string;
  /** Rows of the text encoder's embedding where the preset leaves them to the data. @default 1000 */
  vocabularySize?: number | undefined;
  /** Words of the caption. @default as many as the preset reads */
  words?: number | undefined;
}

export interface ArchitectureSummary {
  architecture: string;
  preset: string;
  /** Null for a preset that fits any. */
  dataset: string | null;
  /** Null for an architecture that has one form only. */
  variant: string | null;
  /** Generator, discriminators and, where there is text, encoders. */
  groups: GroupSummary[];
}

const ARCHITECTURES = ['stackgan', 'stackgan-pp', 'attngan'];

/**
 * Builds the models of a preset, with zeros for weights, and counts them for one picture and the longest caption.
 * @throws {WordbrushError} `INVALID_OPTION` for an architecture or preset that there is not, or for words where the
 * preset reads none.
 */
export function summarizeArchitecture(choice: ArchitectureChoice): ArchitectureSummary {
  const { architecture, vocabularySize = 1000, words } = choice;
  if (!ARCHITECTURES.includes(architecture)) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected an architecture: ${ARCHITECTURES.join(', ')}, received ${architecture}.`,
      { details: { expected: ARCHITECTURES, received: architecture } },
    );
  }
  const chosen = runPreset(architecture, choice);
  const config = words === undefined ? chosen : withWords(chosen, words);
  const { preset, dataset } = config;
  const variant = 'variant' in config ? config.variant : null;
  return { architecture, preset, dataset, variant, groups: summarizeConfig(config, vocabularySize) };
}

/** The configuration with captions of so many words. */
function withWords(config: RunConfig, words: number): RunConfig {
  if (config.architecture === 'attngan') return { ...config, maxLength: words };
  const { textEncoder } = config;
  if (textEncoder !== null && 'maxLength' in textEncoder) {
    // One cannot spread a union and keep it: the copy is that of the configuration given.
    return Object.assign({}, config, { textEncoder: { ...textEncoder, maxLength: words } });
  }
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected no words: this preset of ${config.architecture} reads none.`,
  );
}

/**
 * Counts what a run trains or looks through, for one picture and the longest caption.
 * @param vocabularySize rows of the text encoder's embedding where the configuration leaves them to the data.
 */
export function summarizeConfig(config: RunConfig, vocabularySize: number): GroupSummary[] {
  switch (config.architecture) {
    case 'stackgan':
      return summarizeStackgan(config, vocabularySize);
    case 'stackgan-pp':
      return summarizeStackganPlusPlus(config, vocabularySize);
    case 'attngan':
      return summarizeAttngan(config, vocabularySize);
    default:
      return [summarizeGroup('encoders', summarizeTextEncoder(config.textEncoder, { vocabularySize }))];
  }
}
