import { fileURLToPath } from 'node:url';
import { build } from './steps/build.mjs';

// What `npm run build` and `npm pack` do: the same build that `npm start` and `npm test` make.
process.exitCode = await build(fileURLToPath(new URL('..', import.meta.url)));
