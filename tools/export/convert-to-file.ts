import type * as tf from '@tensorflow/tfjs';
import { WordbrushError } from '../../src/sdk/errors.js';
import { writeWholeFile } from '../../src/sdk/runtime/node/write-file.js';
import { type ConvertedModel, convert } from './convert.js';
import type { ConvertOptions } from './convert-options.js';
import { requireWritable } from './require-writable.js';
import { drawCases } from './verify/draw-cases.js';
import { type VerificationResult, verify } from './verify/verify.js';
import { appendMetadata, PRODUCER_VERSION } from './writer/write-model.js';

export interface ConvertToFileOptions extends ConvertOptions {
  /** How many random inputs ONNX Runtime and TF.js are compared on, each of another batch size and length. @default 3 */
  check?: number;
  /** Of the random inputs. @default 0 */
  seed?: number;
}

/** A file that was written, and how it compares with the model. */
export interface FileConversion {
  readonly converted: ConvertedModel;
  readonly verification: VerificationResult;
  /** Size of the file, the metadata included. */
  readonly sizeBytes: number;
}

/** What an exported model may be off by, absolutely and as a part of its largest output. */
const TOLERANCE = 1e-4;

/**
 * Converts a model, runs the file's bytes in ONNX Runtime, compares them with TF.js as `verify` does, and writes them:
 * whole, under a temporary name first, or not at all. The file's metadata says how it was made and what was measured
 * (keys `wordbrush.version`, `.precision`, `.arithmetic`, `.parameters`, `.weight_bytes`, `.fp32_weight_bytes` and, as
 * JSON, `.verification`).
 *
 * Throws what `convert` and `verify` throw, and `OUTPUT_NOT_WRITABLE`.
 */
export async function convertToFile(
  model: tf.LayersModel,
  path: string,
  options: ConvertToFileOptions = {},
): Promise<FileConversion> {
  const { check = 3, seed = 0, ...convertOptions } = options;
  if (!Number.isSafeInteger(check) || check < 1) {
    throw new WordbrushError(
      'INVALID_OPTION',
      `Expected check: a whole number of random inputs from 1 on, received ${check}.`,
      { hint: 'No file is written without a comparison.' },
    );
  }
  await requireWritable(path);
  const converted = convert(model, convertOptions);
  const cases = drawCases(converted.trace, { count: check, seed });
  const verification = await verify(model, converted, {
    cases,
    tolerance: TOLERANCE,
    relativeTolerance: TOLERANCE,
  });
  const bytes = appendMetadata(converted.bytes, metadataOf(converted, verification, seed));
  await writeWholeFile(path, bytes);
  return { converted, verification, sizeBytes: bytes.length };
}

function metadataOf(
  { precision, arithmetic, summary }: ConvertedModel,
  verification: VerificationResult,
  seed: number,
): Record<string, string> {
  const { cases, ...measured } = verification;
  return {
    'wordbrush.version': PRODUCER_VERSION,
    'wordbrush.precision': precision,
    'wordbrush.arithmetic': arithmetic,
    'wordbrush.parameters': String(summary.parameterCount),
    'wordbrush.weight_bytes': String(summary.weightBytes),
    'wordbrush.fp32_weight_bytes': String(summary.fp32WeightBytes),
    'wordbrush.verification': JSON.stringify({
      ...measured,
      seed,
      cases: cases.map(({ name, optimization, differences }) => ({ name, optimization, differences })),
    }),
  };
}
