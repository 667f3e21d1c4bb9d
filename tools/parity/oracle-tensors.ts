import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { reasonOf, WordbrushError } from '../../src/sdk/errors.js';
import { readSafetensors, type SafetensorsTensor } from '../../src/training/weights/safetensors.js';
import { withoutModulePrefix } from '../import/official-names/load-official.js';
import { readTensorFile } from '../import/read-tensors.js';

/** The stored tensors of one case, in the official layout: NCHW, `(out, in, ...)`. */
export class OracleTensors {
  /** @param source what to call them in a message, such as the case's name. */
  constructor(
    private readonly tensors: ReadonlyMap<string, SafetensorsTensor>,
    private readonly source: string,
  ) {}

  has(name: string): boolean {
    return this.tensors.has(name);
  }

  /** Names that begin with the prefix, in the order of the files. */
  names(prefix = ''): string[] {
    return [...this.tensors.keys()].filter((name) => name.startsWith(prefix));
  }

  shape(name: string): readonly number[] {
    return this.stored(name).shape;
  }

  values(name: string): Float64Array {
    return Float64Array.from(this.stored(name).data as Iterable<number | bigint>, Number);
  }

  /** The tensor as stored. */
  tensor<R extends tf.Rank = tf.Rank>(name: string, dtype: 'float32' | 'int32' = 'float32'): tf.Tensor<R> {
    const values = Float32Array.from(this.values(name));
    const tensor: tf.Tensor = tf.tensor(values, [...this.shape(name)], dtype);
    return tensor as tf.Tensor<R>;
  }

  /** A picture or map, NCHW in the file, as NHWC. */
  image(name: string): tf.Tensor4D {
    return tf.tidy(() => this.tensor<tf.Rank.R4>(name).transpose([0, 2, 3, 1]));
  }

  /** Tensors whose names begin with `prefix` and a dot, under what follows it. */
  below(prefix: string): Map<string, SafetensorsTensor> {
    const start = `${prefix}.`;
    return new Map(this.names(start).map((name) => [name.slice(start.length), this.stored(name)] as const));
  }

  private stored(name: string): SafetensorsTensor {
    const tensor = this.tensors.get(name);
    if (tensor !== undefined) return tensor;
    throw new WordbrushError(
      'WEIGHTS_INVALID',
      `${this.source}: expected a tensor ${name}, but there is none.`,
      {
        hint: 'The file belongs to another kind of case.',
        details: { source: this.source, tensor: name },
      },
    );
  }
}

/** Whether a file is one of PyTorch's, which holds weights. */
export function isCheckpointName(file: string): boolean {
  return /\.(pth|pt)$/.test(file);
}

/**
 * The tensors of a checkpoint under `state.`, or under `state.<network>.` where there are several networks: by the entries
 * of the checkpoint, or by the file's name (`netG`, `netD0`, ...).
 */
function weightsOf(bytes: Uint8Array, path: string, hasNetworks: boolean): Map<string, SafetensorsTensor> {
  const { dicts } = readTensorFile(bytes, path);
  const ofFile = hasNetworks ? /net[GD]\d*/.exec(basename(path))?.[0] : undefined;
  const weights = new Map<string, SafetensorsTensor>();
  for (const [entry, tensors] of dicts) {
    const network = dicts.size > 1 ? entry : ofFile;
    const prefix = network === undefined ? 'state.' : `state.${network}.`;
    for (const [name, tensor] of withoutModulePrefix(tensors)) weights.set(`${prefix}${name}`, tensor);
  }
  return weights;
}

/**
 * Reads files of a folder as one set of tensors; of two with one name the first file's counts.
 * @throws {WordbrushError} `FILE_MISSING` or `WEIGHTS_INVALID` naming the file.
 */
export async function readOracleTensors(
  folder: string,
  files: readonly string[],
  source: string,
): Promise<OracleTensors> {
  const all = new Map<string, SafetensorsTensor>();
  const hasNetworks = files.filter(isCheckpointName).length > 1;
  for (const file of files) {
    const path = join(folder, file);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new WordbrushError(
        'FILE_MISSING',
        `Expected ${path}, which index.json names: ${reasonOf(cause)}.`,
        {
          cause,
          details: { path },
        },
      );
    });
    const tensors = isCheckpointName(file)
      ? weightsOf(bytes, path, hasNetworks)
      : readSafetensors(bytes, path).tensors;
    for (const [name, tensor] of tensors) {
      if (!all.has(name)) all.set(name, tensor);
    }
  }
  return new OracleTensors(all, source);
}
