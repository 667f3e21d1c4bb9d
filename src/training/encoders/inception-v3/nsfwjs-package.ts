import { join } from 'node:path';
import { readSavedModel } from '../../../../tools/export/index.js';
import { WordbrushError } from '../../../sdk/errors.js';
import type { SafetensorsTensor } from '../../weights/safetensors.js';

/**
 * The weights of the Inception-v3 in the npm package `nsfwjs`, by Keras's names (`conv2d_1/kernel`). They are stored as
 * bytes in scripts, which are read as text and not run.
 * @param packageFolder such as `node_modules/nsfwjs`.
 * @throws {WordbrushError} `FILE_MISSING`, or `WEIGHTS_INVALID` where the files are not those of version 4.3.0.
 */
export async function readNsfwjsInception(packageFolder: string): Promise<Map<string, SafetensorsTensor>> {
  const { weights } = await readPackage(packageFolder);
  const tensors = new Map<string, SafetensorsTensor>();
  for (const [name, { shape, data }] of weights) {
    if (data instanceof Float32Array) tensors.set(name, { dtype: 'F32', shape: [...shape], data });
  }
  return tensors;
}

async function readPackage(packageFolder: string) {
  try {
    return await readSavedModel(join(packageFolder, 'dist', 'models', 'inception_v3', 'model.min.js'));
  } catch (cause) {
    if (!(cause instanceof WordbrushError)) throw cause;
    const hint =
      cause.code === 'FILE_MISSING'
        ? 'Install the package with `npm install nsfwjs@4.3.0` and give its folder, such as node_modules/nsfwjs.'
        : 'Version 4.3.0 of nsfwjs is known to work: `npm install nsfwjs@4.3.0`.';
    const code = cause.code === 'FILE_MISSING' ? cause.code : 'WEIGHTS_INVALID';
    const reason = cause.message.replace(cause.hint ?? '', '').trim();
    throw new WordbrushError(code, `Cannot use the Inception-v3 in ${packageFolder}: ${reason}`, {
      hint,
      cause,
      details: { packageFolder },
    });
  }
}
