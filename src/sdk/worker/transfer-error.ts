import { type ErrorCode, reasonOf, WordbrushError } from '../errors.js';

/** An error as plain values: structured cloning would make a WordbrushError an Error without its code. */
export type TransferredError =
  | { kind: 'wordbrush'; code: ErrorCode; message: string; hint: string | undefined; details: string }
  | { kind: 'other'; message: string };

export function transferError(error: unknown): TransferredError {
  if (!(error instanceof WordbrushError)) {
    return { kind: 'other', message: reasonOf(error) };
  }
  const { code, hint, details } = error;
  const message = hint === undefined ? error.message : error.message.slice(0, -hint.length - 1);
  return { kind: 'wordbrush', code, message, hint, details: JSON.stringify(details) };
}

export function reviveError(transferred: TransferredError): Error {
  if (transferred.kind === 'other') {
    return new Error(transferred.message);
  }
  const { code, message, hint, details } = transferred;
  return new WordbrushError(code, message, {
    ...(hint === undefined ? {} : { hint }),
    details: JSON.parse(details),
  });
}
