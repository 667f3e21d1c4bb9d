import type { RunConfig } from './config/run-config.js';

/** What a configuration file may set: any fields of a preset, or a whole configuration. */
export type RunSettings = RunConfig extends infer Config
  ? Config extends RunConfig
    ? PartialSettings<Config> & { architecture: Config['architecture'] }
    : never
  : never;

type PartialSettings<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { [Name in keyof Value]?: PartialSettings<Value[Name]> }
    : Value;

/**
 * Gives the settings back: with it a TypeScript file that exports a configuration is checked and completed as one writes.
 *
 * ```ts
 * import { defineRun } from 'wordbrush/training';
 * export default defineRun({ architecture: 'attngan', preset: 'tiny', batchSize: 8, generator: { baseWidth: 12 } });
 * ```
 */
export function defineRun(settings: RunSettings): RunSettings {
  return settings;
}
