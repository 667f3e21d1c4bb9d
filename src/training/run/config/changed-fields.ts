import { WordbrushError } from '../../../sdk/errors.js';
import { parseRunConfig, type RunConfig } from './run-config.js';

/**
 * Fields by which the networks, or what a step draws, would be others: with other values the run would not be the one that
 * was begun. Everything else may be changed between two calls: learning rates, weights of losses, numbers of steps.
 */
const FIXED = [
  /^(architecture|variant|seed|captions|wrongPairs|maxLength)$/,
  /(^|\.)(generator|discriminator|text|trunk|batchSize)(\.|$)/,
  /^textEncoder$/,
  /^textEncoder\.(kind|file|\w+Dim|vocabularySize|normalizeSentence|recurrence|lowerCase)$/,
];

/** A setting by its path, such as `stage1.klWeight`, with both of its values; undefined where it is not set. */
export interface SettingChange {
  field: string;
  from: unknown;
  to: unknown;
}

/**
 * What is set otherwise in `config.json` than when a checkpoint was written.
 * @param saved the configuration that the checkpoint keeps; undefined for one of an older release, which kept none.
 * @returns what has changed and may, such as `generatorLearningRate`.
 * @throws WordbrushError CHECKPOINT_INVALID for fields that may not.
 */
export function changedFields(saved: unknown, config: RunConfig): SettingChange[] {
  const before = savedConfig(saved);
  if (before === undefined) return [];
  const changed = differences(before, config);
  const fields = changed.map(({ field }) => field);
  const refused = fields.filter((field) => FIXED.some((pattern) => pattern.test(field)));
  if (refused.length === 0) return changed;
  throw new WordbrushError(
    'CHECKPOINT_INVALID',
    `Expected the configuration that the run was begun with, but ${refused.join(', ')} is another one.`,
    {
      hint: 'Put config.json back as it was, or begin another run.',
      details: { fields: refused },
    },
  );
}

/** The configuration that a checkpoint keeps; one that this release cannot read is of another release, and says nothing. */
export function savedConfig(saved: unknown): RunConfig | undefined {
  try {
    return saved === undefined ? undefined : parseRunConfig(saved, 'the checkpoint');
  } catch {
    return undefined;
  }
}

/** The values that differ; an object beside none, or a list beside another, is one difference. */
export function differences(a: unknown, b: unknown, path: readonly string[] = []): SettingChange[] {
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) => differences(a[name], b[name], [...path, name]));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ field: path.join('.'), from: a, to: b }];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
