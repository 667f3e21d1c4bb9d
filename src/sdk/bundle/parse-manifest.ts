import { z } from 'zod';
import { reasonOf, WordbrushError } from '../errors.js';
import { describeIssue, show } from '../validation/describe-issue.js';
import { FORMAT_VERSION, type Manifest, manifestSchema } from './manifest.js';

/** What is there before the first stage runs. */
const GIVEN_VALUES = ['z', 'eps', 'sentence', 'words', 'lengths'];
const TEXT_ENCODER_INPUTS = ['token_ids', 'lengths'];
const TEXT_ENCODER_OUTPUTS = ['words', 'sentence'];

/** The picture of the stage before, as a stage's input. */
export const PREVIOUS_IMAGE = 'previous_image';

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
  const result = manifestSchema.safeParse(input);
  if (!result.success) {
    const { path, sentence } = describeIssue(result.error, input, 'manifest.json');
    throw invalidManifest(sentence, location, path);
  }
  checkReferences(result.data, location);
  checkValueNames(result.data, location);
  return result.data;
}

/** The files that drawing a picture needs, in the order in which they are read. */
export function filesToDraw(manifest: Manifest): string[] {
  const files = [
    manifest.tokenizer.vocabularyFile,
    manifest.textEncoder.file,
    ...manifest.stages.map(({ file }) => file),
  ];
  return [...new Set(files)];
}

function parseJson(json: string, location: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw invalidManifest(`Expected manifest.json to be JSON: ${reasonOf(error)}`, location, '', error);
  }
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

function checkReferences(manifest: Manifest, location: string): void {
  const references: [field: string, path: string][] = [
    ['tokenizer.vocabularyFile', manifest.tokenizer.vocabularyFile],
    ['textEncoder.file', manifest.textEncoder.file],
    ...manifest.stages.map(({ file }, i): [string, string] => [`stages.${i}.file`, file]),
  ];
  if (manifest.card !== undefined) {
    references.push(['card', manifest.card]);
  }
  for (const [field, path] of references) {
    if (!Object.hasOwn(manifest.files, path)) {
      throw invalidManifest(
        `Expected ${field}: a file listed under files, received "${path}"`,
        location,
        field,
      );
    }
  }
}

/**
 * Each stage may take what is given, what an earlier stage made and, under the name `previous_image`, the
 * picture of the stage before; and it makes a larger picture.
 */
function checkValueNames(manifest: Manifest, location: string): void {
  const { inputs, outputs } = manifest.textEncoder;
  requireSame(inputs, TEXT_ENCODER_INPUTS, 'textEncoder.inputs', location);
  requireSame(outputs, TEXT_ENCODER_OUTPUTS, 'textEncoder.outputs', location);
  const available = new Set(GIVEN_VALUES);
  let previousSize = 0;
  manifest.stages.forEach((stage, i) => {
    const unknown = stage.inputs.findIndex((name) => !available.has(name));
    if (unknown >= 0) {
      const field = `stages.${i}.inputs.${unknown}`;
      const expected = [...available].join(', ');
      throw invalidManifest(
        `Expected ${field}: one of ${expected}, received "${stage.inputs[unknown]}"`,
        location,
        field,
      );
    }
    if (!stage.outputs.includes('image')) {
      const field = `stages.${i}.outputs`;
      throw invalidManifest(
        `Expected ${field}: "image" among them, received ${stage.outputs.join(', ')}`,
        location,
        field,
      );
    }
    if (stage.size <= previousSize) {
      const field = `stages.${i}.size`;
      throw invalidManifest(
        `Expected ${field}: more than ${previousSize}, received ${stage.size}`,
        location,
        field,
      );
    }
    previousSize = stage.size;
    for (const name of [...stage.outputs, PREVIOUS_IMAGE]) {
      available.add(name);
    }
    // A graph cannot call an input and an output by the same name.
    available.delete('image');
  });
}

function requireSame(
  names: readonly string[],
  expected: readonly string[],
  field: string,
  location: string,
): void {
  if (names.length !== expected.length || !expected.every((name) => names.includes(name))) {
    throw invalidManifest(
      `Expected ${field}: ${expected.join(', ')}, received ${names.join(', ')}`,
      location,
      field,
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
