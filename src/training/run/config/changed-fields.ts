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

/**
 * What is set otherwise in `config.json` than when a checkpoint was written.
 * @param saved the configuration that the checkpoint keeps; undefined for one of an older release, which kept none.
 * @returns the fields that have changed and may, such as `generatorLearningRate`.
 * @throws WordbrushError CHECKPOINT_INVALID for fields that may not.
 */
export function changedFields(saved: unknown, config: RunConfig): string[] {
  const before = parsedOr(saved);
  if (before === undefined) return [];
  const changed = differences(before, config);
  const refused = changed.filter((field) => FIXED.some((pattern) => pattern.test(field)));
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

/** A configuration that this release cannot read is one of another release: it says nothing. */
function parsedOr(saved: unknown): RunConfig | undefined {
  try {
    return saved === undefined ? undefined : parseRunConfig(saved, 'the checkpoint');
  } catch {
    return undefined;
  }
}

/** Paths of the values that differ; an object beside none, or a list beside another, is one difference. */
function differences(a: unknown, b: unknown, path: readonly string[] = []): string[] {
  if (isObject(a) && isObject(b)) {
    const names = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...names].flatMap((name) => differences(a[name], b[name], [...path, name]));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path.join('.')];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
