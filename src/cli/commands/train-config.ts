import { z } from 'zod';
import { WordbrushError } from '../../sdk/errors.js';
import { assignmentsAsObject, overlaid } from '../../training/run/config/override-config.js';
import { parseRunConfig, type RunConfig } from '../../training/run/config/run-config.js';
import { runPreset } from '../../training/run/presets/run-preset.js';
import { parseInteger } from '../parse-arguments.js';
import { readConfigFile } from './read-config-file.js';

export interface ConfigChoice {
  architecture?: string | undefined;
  preset?: string | undefined;
  dataset?: string | undefined;
  variant?: string | undefined;
  /** Path of a JSON file, or of a module that exports a configuration. */
  config?: string | undefined;
  seed?: string | undefined;
  /** `field=value` */
  assignments: readonly string[];
}

/** What a file may say of the preset that its fields replace; it may be a whole configuration. */
const fileSchema = z.looseObject({
  architecture: z.string().optional(),
  preset: z.string().optional(),
  dataset: z.string().nullable().optional(),
  variant: z.string().optional(),
});

/**
 * A preset with what a file, assignments and the seed replace of it, in this order.
 * @throws WordbrushError INVALID_OPTION, CONFIG_INVALID
 */
export async function chosenConfig(choice: ConfigChoice): Promise<RunConfig> {
  const file = choice.config === undefined ? {} : await readSettings(choice.config);
  const { architecture = file.architecture ?? 'stackgan' } = choice;
  const preset = runPreset(architecture, {
    preset: choice.preset ?? file.preset ?? 'tiny',
    dataset: choice.dataset ?? file.dataset ?? undefined,
    variant: choice.variant ?? file.variant,
  });
  const { architecture: _, preset: __, dataset: ___, variant: ____, ...fields } = file;
  const seed = choice.seed === undefined ? {} : { seed: parseInteger('seed', choice.seed, 0) };
  const all = [fields, assignmentsAsObject(choice.assignments), seed];
  const config = all.reduce<unknown>((base, other) => overlaid(base, other), preset);
  return parseRunConfig(config, choice.config ?? 'the configuration');
}

async function readSettings(path: string) {
  const settings = fileSchema.safeParse(await readConfigFile(path));
  if (settings.success) return settings.data;
  throw new WordbrushError('CONFIG_INVALID', `${path}: ${z.prettifyError(settings.error)}`, {
    cause: settings.error,
    details: { path },
  });
}
