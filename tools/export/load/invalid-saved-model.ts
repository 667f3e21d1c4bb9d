import { WordbrushError } from '../../../src/sdk/errors.js';

/** What a saved layers model has to be, for whoever gave something else. */
export const SAVED_MODEL_HINT =
  'Give a layers model as model.save() or the tensorflowjs converter (--output_format=tfjs_layers_model) writes it: its model.json, or the folder of it.';

/** The error for a file that is not a saved layers model. */
export function invalidSavedModel(
  path: string,
  reason: string,
  options: { hint?: string; cause?: unknown } = {},
): WordbrushError {
  const { hint = SAVED_MODEL_HINT, cause } = options;
  return new WordbrushError(
    'MODEL_INVALID',
    `Expected a TensorFlow.js layers model in ${path}, but ${reason}.`,
    {
      hint,
      cause,
      details: { path },
    },
  );
}

/** The error for weights that are damaged or do not fit the model. */
export function invalidWeights(
  path: string,
  reason: string,
  options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
): WordbrushError {
  const { cause, details = {} } = options;
  return new WordbrushError('WEIGHTS_INVALID', `Expected the weights of ${path} to fit it, but ${reason}.`, {
    hint: 'The model file and its weight files belong together: copy or save them again.',
    cause,
    details: { path, ...details },
  });
}
