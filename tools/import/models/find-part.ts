import { WordbrushError } from '../../../src/sdk/errors.js';
import { detectPart } from '../detect/detect-part.js';
import type { Part } from '../detect/parts.js';
import { requireSizes } from '../detect/require-sizes.js';
import { type NamedTensors, readTensorFile } from '../read-tensors.js';
import type { SourceFile } from '../weight-source.js';

const NAMES: Readonly<Record<Part['kind'], string>> = {
  generator: 'a generator',
  'text-encoder': 'a text encoder of words',
  'character-encoder': 'a char-CNN-RNN text encoder',
  'image-encoder': 'an image encoder',
  discriminator: 'a discriminator',
};

export interface FoundPart<Kind extends Part['kind']> {
  part: Extract<Part, { kind: Kind }>;
  tensors: NamedTensors;
  /** The file and, inside it, the dict. */
  source: string;
}

/**
 * The state dict of a file that is of one of these kinds. Of a whole checkpoint with several networks, the one that fits.
 * @throws {WordbrushError} `WEIGHTS_INVALID` saying what the file holds instead.
 */
export function findPart<Kind extends Part['kind']>(
  { path, bytes }: SourceFile,
  kinds: readonly Kind[],
): FoundPart<Kind> {
  const { dicts } = readTensorFile(bytes, path);
  const others: string[] = [];
  for (const [entry, tensors] of dicts) {
    const part = detectPart(tensors);
    const source = entry === '' ? path : `${path} (${entry})`;
    if (part === undefined) others.push(describeUnknown(tensors));
    else if (isOfKind(part, kinds)) {
      requireSizes(part, tensors, source);
      return { part, tensors, source };
    } else others.push(NAMES[part.kind]);
  }
  const expected = kinds.map((kind) => NAMES[kind]).join(' or ');
  throw new WordbrushError(
    'WEIGHTS_INVALID',
    `Expected ${expected} in ${path}, found ${others.slice(0, 5).join(', ')}${others.length > 5 ? ', ...' : ''}.`,
    {
      hint: 'Official files are called netG*.pth (generator), text_encoder*.pth and image_encoder*.pth.',
      details: { path },
    },
  );
}

function isOfKind<Kind extends Part['kind']>(
  part: Part,
  kinds: readonly Kind[],
): part is Extract<Part, { kind: Kind }> {
  return kinds.some((kind) => kind === part.kind);
}

function describeUnknown(tensors: NamedTensors): string {
  const names = [...tensors.keys()].slice(0, 3).map((name) => name.slice(0, 60));
  return `${tensors.size} tensors of no model known here (${names.join(', ')}${tensors.size > 3 ? ', ...' : ''})`;
}
