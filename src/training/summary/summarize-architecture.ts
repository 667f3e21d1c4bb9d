import { WordbrushError } from '../../sdk/errors.js';
import { ATTNGAN_PRESETS } from '../run/presets/attngan.js';
import { findPreset, type PresetChoice } from '../run/presets/find-preset.js';
import { STACKGAN_PRESETS } from '../run/presets/stackgan.js';
import { STACKGAN_PP_PRESETS } from '../run/presets/stackgan-pp.js';
import { summarizeAttngan } from './summarize-attngan.js';
import type { GroupSummary } from './summarize-models.js';
import { summarizeStackgan } from './summarize-stackgan.js';
import { summarizeStackganPlusPlus } from './summarize-stackgan-pp.js';

export interface ArchitectureChoice extends PresetChoice {
  /** `stackgan`, `stackgan-pp` or `attngan`. */
  architecture: string;
  /** Rows of the text encoder's embedding where the preset leaves them to the data. @default 1000 */
  vocabularySize?: number | undefined;
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
 * @throws {WordbrushError} `INVALID_OPTION` for an architecture or preset that there is not.
 */
export function summarizeArchitecture(choice: ArchitectureChoice): ArchitectureSummary {
  const { architecture, vocabularySize = 1000 } = choice;
  switch (architecture) {
    case 'stackgan': {
      const preset = findPreset(STACKGAN_PRESETS, choice);
      return { ...keyOf(preset), groups: summarizeStackgan(preset, vocabularySize) };
    }
    case 'stackgan-pp': {
      const preset = findPreset(STACKGAN_PP_PRESETS, choice);
      return { ...keyOf(preset), groups: summarizeStackganPlusPlus(preset, vocabularySize) };
    }
    case 'attngan': {
      const preset = findPreset(ATTNGAN_PRESETS, choice);
      return { ...keyOf(preset), groups: summarizeAttngan(preset, vocabularySize) };
    }
    default:
      throw new WordbrushError(
        'INVALID_OPTION',
        `Expected an architecture: ${ARCHITECTURES.join(', ')}, received ${architecture}.`,
        { details: { expected: ARCHITECTURES, received: architecture } },
      );
  }
}

function keyOf(preset: {
  architecture: string;
  preset: string;
  dataset: string | null;
  variant?: string;
}): Omit<ArchitectureSummary, 'groups'> {
  const { architecture, preset: name, dataset, variant = null } = preset;
  return { architecture, preset: name, dataset, variant };
}
