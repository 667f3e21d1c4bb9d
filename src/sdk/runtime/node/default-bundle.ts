import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WordbrushError } from '../../errors.js';

const DEFAULT_BUNDLE = join('exported-models', 'stackgan-emoji');

/**
 * The folder of the model that comes with the package. It is looked for from this file upwards, which finds it
 * from the sources, from `dist` and from `node_modules` alike.
 * @throws WordbrushError MODEL_NOT_FOUND if no folder above holds it.
 */
export function defaultBundleFolder(start: string = dirname(fileURLToPath(import.meta.url))): string {
  let folder = start;
  for (;;) {
    const candidate = join(folder, DEFAULT_BUNDLE);
    if (existsSync(join(candidate, 'manifest.json'))) {
      return candidate;
    }
    const parent = dirname(folder);
    if (parent === folder) {
      throw new WordbrushError(
        'MODEL_NOT_FOUND',
        `Expected the default model ${DEFAULT_BUNDLE} in a folder above ${start}; it is in none.`,
        {
          hint: 'Install wordbrush again, or name a model bundle. A bundler leaves the model out: name its folder.',
          details: { location: start },
        },
      );
    }
    folder = parent;
  }
}
