import { WordbrushError } from '../../../sdk/errors.js';

/** What a preset is found by; the first that fits is taken. */
export interface PresetChoice {
  preset: string;
  dataset?: string | undefined;
  /** Of StackGAN and AttnGAN, which exist in two forms. */
  variant?: string | undefined;
}

interface Preset {
  architecture: string;
  preset: string;
  dataset: string | null;
  variant?: string;
}

/**
 * The first of an architecture's presets that fits.
 * @throws {WordbrushError} `INVALID_OPTION` naming what there is instead.
 */
export function findPreset<Found extends Preset>(presets: readonly Found[], choice: PresetChoice): Found {
  let fitting = presets;
  for (const field of ['preset', 'dataset', 'variant'] as const) {
    const wanted = choice[field];
    if (wanted === undefined) continue;
    const left = fitting.filter((preset) => preset[field] === wanted);
    if (left.length === 0) refuse(fitting, field, wanted);
    fitting = left;
  }
  const [found] = fitting;
  if (found === undefined) throw new RangeError('Expected at least one preset.');
  return found;
}

function refuse(presets: readonly Preset[], field: keyof PresetChoice, received: string): never {
  const [{ architecture, preset } = { architecture: '', preset: '' }] = presets;
  const choices = [...new Set(presets.map((candidate) => candidate[field] ?? null))].filter(
    (choice) => choice !== null,
  );
  const owner = field === 'preset' ? architecture : `${architecture}'s preset ${preset}`;
  const expected = choices.length === 0 ? `no ${field}` : `${field}: ${choices.join(', ')}`;
  throw new WordbrushError('INVALID_OPTION', `Expected for ${owner} ${expected}, received ${received}.`, {
    details: { field, expected: choices, received },
  });
}
