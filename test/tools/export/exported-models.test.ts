import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { collectBundle } from './onnx-package/collect-model.js';

const FOLDER = fileURLToPath(new URL('../../../exported-models', import.meta.url));

it.each(readdirSync(FOLDER))(
  'the graphs of %s, which ships, are left for the onnx package to check',
  (name) => {
    expect(collectBundle(join(FOLDER, name))).toBeGreaterThan(0);
  },
);
