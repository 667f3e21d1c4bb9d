/** Every code a {@link WordbrushError} can carry, and when it is used. */
export const ERROR_CODES = {
  INVALID_OPTION: 'an option or argument has the wrong type or range',
  PROMPT_EMPTY: 'the prompt has no text',
  PROMPT_TOO_LONG: 'the prompt is longer than any model reads',
  PROMPT_UNKNOWN_WORDS: 'the vocabulary has no word of the prompt',
  MODEL_NOT_FOUND: 'no model bundle is at the place given',
  MANIFEST_INVALID: 'manifest.json is missing a field or holds a wrong one',
  MANIFEST_VERSION: 'manifest.json has a format version that this release does not read',
  FILE_MISSING: 'a file that should be there is not',
  INTEGRITY_MISMATCH: 'a file of the bundle has another size or sha256 than its manifest says',
  MODEL_INVALID: 'a graph does not load, or does not fit its manifest',
  IMAGE_INVALID: 'a picture is not one, is damaged or is too large',
  RUNTIME_MISSING: 'ONNX Runtime is not installed or does not load',
  DEVICE_UNAVAILABLE: 'the device asked for cannot run graphs here',
  WORKER_LOST: 'the worker that ran the call ended before it was done',
  OUTPUT_NOT_WRITABLE: 'a file or folder cannot be written',
  ABORTED: 'the signal given was aborted',
  DISPOSED: 'the model was used after dispose()',
  DATASET_INVALID: 'a data set has a broken line, caption or picture',
  WEIGHTS_INVALID: 'a weight file is damaged, unsafe or does not fit the model',
  CHECKPOINT_INVALID: 'a training run cannot be resumed from what its folder holds',
  CONFIG_INVALID: 'a training configuration is wrong',
  RUN_EXISTS: 'the run folder already holds a run',
  RUN_IN_USE: 'another process trains in the run folder',
  TRAINING_DIVERGED: 'a loss became NaN or infinite',
  TENSORS_LEAKED: 'a training step left tensors behind',
  BACKEND_UNAVAILABLE: 'the TensorFlow.js backend asked for cannot be used here',
  SETUP_FAILED: 'the native TensorFlow library could not be put in place',
  LAYER_UNSUPPORTED: 'the exporter does not know a layer or an option of it',
  EXPORT_MISMATCH: 'ONNX Runtime and TensorFlow.js disagree about an exported graph',
  NETWORK: 'a file or package could not be fetched',
  PACKAGE_MISSING: 'a package that the command needs is not installed',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export interface WordbrushErrorOptions {
  /** What the reader can do about it, in a sentence. */
  hint?: string;
  cause?: unknown;
  /** Facts for a program: path, line, expected, received, ... */
  details?: Readonly<Record<string, unknown>>;
}

/**
 * The one error class of wordbrush. `message` says what was expected and what came; `hint` what to do.
 * Switch on `code`: codes are stable, messages are not.
 */
export class WordbrushError extends Error {
  override readonly name = 'WordbrushError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  /** By name: the entries of the package are files of their own, each with this class in it. */
  static override [Symbol.hasInstance](value: unknown): value is WordbrushError {
    return value instanceof Error && value.name === 'WordbrushError' && 'code' in value;
  }

  constructor(code: ErrorCode, message: string, options: WordbrushErrorOptions = {}) {
    super(
      options.hint === undefined ? message : `${message} ${options.hint}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.code = code;
    this.hint = options.hint;
    this.details = options.details ?? {};
  }
}

/** The message of anything thrown, without its full stop, for use inside another message. */
export function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.trim().replace(/\.+$/, '');
}
