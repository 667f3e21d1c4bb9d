import type { SourceFile } from '../weight-source.js';
import { type FoundPart, findPart } from './find-part.js';

/** The text encoder of a file, of words or of characters. @throws {WordbrushError} `WEIGHTS_INVALID` */
export function findTextEncoder(
  file: SourceFile,
): FoundPart<'text-encoder'> | FoundPart<'character-encoder'> {
  const found = findPart(file, ['text-encoder', 'character-encoder']);
  const { part, ...rest } = found;
  return part.kind === 'text-encoder' ? { part, ...rest } : { part, ...rest };
}
