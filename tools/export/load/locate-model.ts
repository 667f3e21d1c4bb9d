import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { SAVED_MODEL_HINT } from './invalid-saved-model.js';

/** What a saved model is called inside its folder: as TensorFlow.js saves it, and as packages bundle it. */
const FILE_NAMES = ['model.json', 'model.min.js', 'model.js'];

/**
 * The file of a saved model: `path` itself, or the model in that folder. A path that is not there may be one inside
 * an installed package, such as `nsfwjs/dist/models/mobilenet_v2`. Throws `FILE_MISSING`.
 */
export async function locateModel(path: string): Promise<string> {
  for (const place of [resolve(path), resolve('node_modules', path)]) {
    const kind = await kindOf(place);
    if (kind === 'file') return place;
    if (kind === 'folder') return await modelIn(place);
  }
  const isAddress = /^https?:/iu.test(path);
  throw new WordbrushError('FILE_MISSING', `Expected a saved model at ${path}, found nothing there.`, {
    hint: isAddress ? 'Fetch its model.json and weight files into a folder first.' : SAVED_MODEL_HINT,
    details: { path },
  });
}

async function modelIn(folder: string): Promise<string> {
  for (const name of FILE_NAMES) {
    if ((await kindOf(join(folder, name))) === 'file') return join(folder, name);
  }
  throw new WordbrushError(
    'FILE_MISSING',
    `Expected ${FILE_NAMES.slice(0, 2).join(' or ')} in ${folder}, found neither.`,
    { hint: SAVED_MODEL_HINT, details: { path: folder } },
  );
}

async function kindOf(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isDirectory() ? 'folder' : 'file';
}
