import { WordbrushError } from '../sdk/errors.js';

/**
 * Prints an error as `error CODE: message` and makes the process end with exit code 1. The stack is printed only
 * when the environment variable WORDBRUSH_DEBUG is set.
 */
export function reportError(error: unknown): void {
  const code = error instanceof WordbrushError ? error.code : 'UNEXPECTED';
  console.error(`error ${code}: ${error instanceof Error ? error.message : String(error)}`);
  if (process.env.WORDBRUSH_DEBUG && error instanceof Error) {
    console.error(error.stack);
  }
  process.exitCode = 1;
}
