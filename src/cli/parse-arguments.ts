import { WordbrushError } from '../sdk/errors.js';

/**
 * A whole number from the command line.
 * @throws WordbrushError INVALID_OPTION for anything else, or below `least`.
 */
export function parseInteger(name: string, text: string, least: number): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(value) && value >= least) return value;
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected --${name}: a whole number from ${least} on, received ${text}.`,
  );
}
