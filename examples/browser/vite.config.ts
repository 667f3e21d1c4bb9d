import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { VERSION } from '../../src/sdk/runtime/web/asset-folder.js';

// Cross-origin isolation: with it WebAssembly draws with several threads.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

/** Tells the service worker which files the page has, so that it keeps them at the first visit. */
function serviceWorker(): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    enforce: 'post',
    generateBundle(_, bundle) {
      // The page itself is asked for by its folder.
      const files = ['./', ...Object.keys(bundle).filter((name) => name !== 'index.html')];
      const page = bundle['index.html'];
      const release = createHash('sha256')
        .update(files.join('\n'))
        .update(page?.type === 'asset' ? page.source : '')
        .digest('hex')
        .slice(0, 12);
      const source = readFileSync(new URL('service-worker.js', import.meta.url), 'utf8');
      this.emitFile({
        type: 'asset',
        fileName: 'service-worker.js',
        source: `self.PLAYGROUND = ${JSON.stringify({ files, release, version: VERSION })};\n${source}`,
      });
    },
  };
}

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the built page works in any folder of a server.
  base: './',
  plugins: [serviceWorker()],
  // An app leaves this out: it imports the package that it installed.
  resolve: { alias: { wordbrush: fileURLToPath(new URL('../../src/sdk/web.ts', import.meta.url)) } },
  server: { headers },
  preview: { headers },
  build: { target: 'es2022' },
});
