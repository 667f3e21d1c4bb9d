import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

// Cross-origin isolation: with it WebAssembly draws with several threads.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  // Relative, so that the built page works in any folder of a server.
  base: './',
  // An app leaves this out: it imports the package that it installed.
  resolve: { alias: { wordbrush: fileURLToPath(new URL('../../src/sdk/web.ts', import.meta.url)) } },
  server: { headers },
  preview: { headers },
  build: { target: 'es2022' },
});
