import * as z from 'zod/mini';
import { reasonOf, WordbrushError } from '../errors.js';
import { describeIssue, show } from '../validation/describe-issue.js';
import { findContradiction } from './find-contradiction.js';
import { FORMAT_VERSION, type Manifest, manifestSchema } from './manifest.js';

/** What is in a manifest needs 5; deeper nesting overflows the stack of whoever walks through it. */
const MAX_LEVELS = 32;

const versionSchema = z.object({ formatVersion: z.union([z.number(), z.string()]) });

/**
 * Reads and checks the text of a `manifest.json`.
 * @param location where it lies, for messages.
 * @throws WordbrushError MANIFEST_VERSION for another format version, MANIFEST_INVALID for anything else that is
 * wrong; `details.field` names the field.
 */
export function parseManifest(json: string, location: string): Manifest {
  const input = parseJson(json, location);
  checkVersion(input, location);
  if (isDeeperThan(input, MAX_LEVELS)) {
    throw invalidManifest(`Expected manifest.json to be nested at most ${MAX_LEVELS} deep`, location, '');
  }
  const result = manifestSchema.safeParse(input);
  if (!result.success) {
    const { path, sentence } = describeIssue(result.error, input, 'manifest.json');
    throw invalidManifest(sentence, location, path);
  }
  const problem = findContradiction(result.data);
  if (problem !== undefined) {
    const { field, expected, received } = problem;
    throw invalidManifest(`Expected ${field}: ${expected}, received ${received}`, location, field);
  }
  return result.data;
}

function parseJson(json: string, location: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw invalidManifest(`Expected manifest.json to be JSON: ${reasonOf(error)}`, location, '', error);
  }
}

function isDeeperThan(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part) => isDeeperThan(part, levels - 1));
}

/** A newer manifest may differ anywhere, so its version is looked at before anything else. */
function checkVersion(input: unknown, location: string): void {
  const result = versionSchema.safeParse(input);
  if (result.success && result.data.formatVersion !== FORMAT_VERSION) {
    const received = result.data.formatVersion;
    throw new WordbrushError(
      'MANIFEST_VERSION',
      `Expected format version ${FORMAT_VERSION} in ${location}, received ${show(received)}.`,
      {
        hint: 'Update wordbrush, or export the model again with this version.',
        details: { location, expected: FORMAT_VERSION, received },
      },
    );
  }
}

function invalidManifest(sentence: string, location: string, field: string, cause?: unknown): WordbrushError {
  return new WordbrushError('MANIFEST_INVALID', `${sentence} (in ${location}).`, {
    hint: 'Get the model bundle again, or export it again.',
    cause,
    details: { location, field },
  });
}
