import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, sourceFiles } from '../../module-imports.js';

const EXPORTER = fileURLToPath(new URL('../../../tools/export', import.meta.url));
const ALLOWED_OUTSIDE = [
  '../../src/sdk/errors.js',
  '../../src/sdk/noise/index.js',
  '../../src/sdk/runtime/node/load-runtime.js',
  '../../src/sdk/runtime/node/write-file.js',
  '../../src/training/weights/float16.js',
];

describe('tools/export knows no architecture', () => {
  const files = sourceFiles(EXPORTER);

  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(files.flatMap(importsOf)).toContain('@tensorflow/tfjs');
  });

  it.each(files.map((file) => relative(EXPORTER, file)))(
    '%s imports nothing of src but its errors, noise, half-precision numbers and ONNX Runtime',
    (name) => {
      const file = resolve(EXPORTER, name);
      const outside = importsOf(file)
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => relative(EXPORTER, resolve(dirname(file), specifier)))
        .filter((target) => target.startsWith('..'));
      for (const target of outside) expect(ALLOWED_OUTSIDE).toContain(target);
    },
  );
});
