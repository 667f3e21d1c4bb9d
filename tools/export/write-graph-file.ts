import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type * as tf from '@tensorflow/tfjs';
import { convertParts } from './convert.js';
import type { ConvertOptions } from './convert-options.js';
import type { ComparedModel } from './verify/compared-model.js';

/** A graph's file that was written, and what `verify` takes to compare it. */
export interface GraphFile {
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly compared: ComparedModel;
}

/**
 * Converts a model and writes the file piece by piece. What is given back holds none of the weights, unless they are
 * stored in fewer bits: with a model of hundreds of megabytes each copy counts.
 *
 * Throws what `convert` throws, and the error of the file system.
 */
export async function writeGraphFile(
  model: tf.LayersModel,
  path: string,
  options: ConvertOptions,
): Promise<GraphFile> {
  const { parts, trace, appliedPasses, precision, opset, exactGraph, summary } = convertParts(model, options);
  await writeFile(path, parts);
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  const compared = {
    bytes: path,
    trace,
    appliedPasses,
    precision,
    opset,
    ...(precision !== 'fp32' && { exactGraph }),
  };
  return { sizeBytes: summary.sizeBytes, sha256: hash.digest('hex'), compared };
}
