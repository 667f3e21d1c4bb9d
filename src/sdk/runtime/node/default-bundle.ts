import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { WordbrushError } from '../../errors.js';
import type { ModelPurpose } from '../platform.js';

/** The bundles that are taken where none is named. */
const DEFAULT_BUNDLES: Readonly<Record<ModelPurpose, string>> = {
  drawing: join('exported-models', 'stackgan-emoji'),
  scoring: join('exported-models', 'damsm-emoji'),
};

/**
 * The folder of the model that comes with the package and draws, or of the one that scores. It is looked for from this file upwards, which finds it
 * from the sources, from `dist` and from `node_modules` alike.
 * @throws WordbrushError MODEL_NOT_FOUND if no folder above holds it.
 */
export function defaultBundleFolder(
  purpose: ModelPurpose,
  start: string = dirname(fileURLToPath(import.meta.url)),
): string {
  const bundle = DEFAULT_BUNDLES[purpose];
  let folder = start;
  for (;;) {
    const candidate = join(folder, bundle);
    if (existsSync(join(candidate, 'manifest.json'))) {
      return candidate;
    }
    const parent = dirname(folder);
    if (parent === folder) {
      throw new WordbrushError(
        'MODEL_NOT_FOUND',
        `Expected the default model ${bundle} in a folder above ${start}; it is in none.`,
        {
          hint: 'Install wordbrush again, or name a model bundle. A bundler leaves the model out: name its folder.',
          details: { location: start },
        },
      );
    }
    folder = parent;
  }
}
