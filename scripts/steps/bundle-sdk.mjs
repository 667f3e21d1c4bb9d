import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Beside the modules of Node that find files by their own place, such as the script of a worker. */
const BUNDLE = join('dist', 'src', 'sdk', 'runtime', 'node', 'wordbrush.js');

/**
 * Puts what `import 'wordbrush'` loads in Node into one file, zod included: reading two hundred files takes longer than
 * drawing a picture. The compiled files stay, for the other entries.
 * @param {string} root folder of package.json
 */
export async function bundleSdk(root) {
  const entry = join(root, 'dist', 'src', 'sdk', 'index.js');
  if (!existsSync(entry)) return;
  const { build } = await import('esbuild');
  const zod = dirname(createRequire(import.meta.url).resolve('zod/package.json'));
  const licence = await readFile(join(zod, 'LICENSE'), 'utf8');
  await build({
    entryPoints: [entry],
    outfile: join(root, BUNDLE),
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'es2023',
    external: ['onnxruntime-node', 'onnxruntime-web', 'sharp'],
    banner: { js: `/*! Includes zod (https://zod.dev):\n${licence}*/` },
    logLevel: 'error',
  });
}
