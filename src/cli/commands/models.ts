import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { defineCommand } from 'citty';
import type { Manifest } from '../../sdk/bundle/index.js';
import { parseManifest } from '../../sdk/bundle/parse-manifest.js';
import { reasonOf } from '../../sdk/errors.js';
import { defaultBundleFolder } from '../../sdk/runtime/node/default-bundle.js';
import { alignColumns } from '../align-columns.js';
import { refuseSurplusWords, refuseUnknownOptions } from '../refuse-unknown-options.js';

export const modelsCommand = defineCommand({
  meta: {
    name: 'models',
    description: 'List the model bundles that come with wordbrush, or those of a folder',
  },
  args: {
    folder: { type: 'positional', required: false, description: 'Folder whose folders are bundles' },
    json: { type: 'boolean', default: false, description: 'Print the list as JSON' },
  },
  async run({ args, cmd }) {
    refuseUnknownOptions(args, cmd.args ?? {});
    refuseSurplusWords(args, 1);
    const drawing = defaultBundleFolder('drawing');
    const defaults = [drawing, defaultBundleFolder('scoring')];
    const bundles = await findBundles(args.folder ?? dirname(drawing));
    if (args.json) {
      console.log(JSON.stringify(bundles, null, 2));
    } else if (bundles.length === 0) {
      console.log('no model bundles');
    } else {
      console.log(alignColumns(bundles.map((bundle) => bundleRow(bundle, defaults))));
    }
  },
});

interface FoundBundle {
  folder: string;
  /** Undefined for a manifest that cannot be read, and then why. */
  manifest?: Pick<Manifest, 'name' | 'architecture' | 'conditional' | 'precision' | 'training'>;
  sizes?: number[];
  bytes?: number;
  problem?: string;
}

async function findBundles(parent: string): Promise<FoundBundle[]> {
  const names = (await readdir(parent).catch(() => [])).sort();
  const folders = names
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')));
  return Promise.all(folders.map(readBundle));
}

async function readBundle(folder: string): Promise<FoundBundle> {
  try {
    const path = join(folder, 'manifest.json');
    const { name, architecture, conditional, precision, training, stages, files } = parseManifest(
      await readFile(path, 'utf8'),
      path,
    );
    return {
      folder,
      manifest: { name, architecture, conditional, precision, training },
      sizes: stages.map(({ size }) => size),
      bytes: Object.values(files).reduce((sum, { bytes }) => sum + bytes, 0),
    };
  } catch (error) {
    return { folder, problem: reasonOf(error) };
  }
}

function bundleRow(
  { folder, manifest, sizes = [], bytes = 0, problem }: FoundBundle,
  defaults: readonly string[],
): string[] {
  if (manifest === undefined) return [folder, `cannot be read: ${problem}`];
  const { name, architecture, precision, training } = manifest;
  return [
    defaults.includes(folder) ? `${name} (default)` : name,
    architecture,
    sizes.length === 0 ? 'scores only' : sizes.join(', '),
    precision,
    `${(bytes / 1e6).toFixed(1)} MB`,
    training.licence,
  ];
}
