import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { importsOf, sourceFiles } from '../module-imports.js';

const SDK = fileURLToPath(new URL('../../src/sdk', import.meta.url));
const NODE_RUNTIME = join('runtime', 'node');
// onnxruntime-common for its types only.
const ALLOWED_PACKAGES = ['zod/mini', 'onnxruntime-common'];
const NODE_PACKAGES = ['sharp', 'onnxruntime-node', 'onnxruntime-web'];

describe('src/sdk', () => {
  const files = sourceFiles(SDK);

  it('has files to look at', () => {
    expect(files.length).toBeGreaterThan(30);
    expect(importsOf(join(SDK, 'runtime/node/load-runtime.ts'))).toContain('onnxruntime-node');
    expect(importsOf(join(SDK, 'api.ts'))).toContain('./generation/load-options.js');
  });

  it.each(files.map((file) => relative(SDK, file)))('%s imports nothing it may not', (name) => {
    const inNode = name.startsWith(NODE_RUNTIME);
    const file = join(SDK, name);
    for (const specifier of importsOf(file)) {
      if (specifier.startsWith('.')) {
        const target = relative(SDK, resolve(dirname(file), specifier));
        expect(target.startsWith('..'), `${specifier} leaves src/sdk`).toBe(false);
      } else if (specifier.startsWith('node:')) {
        expect(inNode, `${specifier} outside runtime/node`).toBe(true);
      } else {
        // Only named in the text of a thread that is started from the sources.
        if (specifier === 'tsx/esm/api' && name.endsWith('start-thread.ts')) continue;
        const allowed = inNode ? [...ALLOWED_PACKAGES, ...NODE_PACKAGES] : ALLOWED_PACKAGES;
        expect(allowed, `${specifier} is a package`).toContain(specifier);
      }
    }
  });

  it('has no cycle of imports', () => {
    const state = new Map<string, 'open' | 'done'>();
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === 'done') {
        return;
      }
      expect(state.get(file), [...path, file].join(' -> ')).toBeUndefined();
      state.set(file, 'open');
      for (const specifier of importsOf(file).filter((one) => one.startsWith('.'))) {
        visit(resolve(dirname(file), specifier).replace(/\.js$/u, '.ts'), [...path, file]);
      }
      state.set(file, 'done');
    };
    for (const file of files) {
      visit(file, []);
    }
  });

  it('imports the runtime and node: only where Node is meant', () => {
    const entries = files.filter((file) =>
      importsOf(file).some((specifier) => specifier.includes('runtime/node/')),
    );
    expect(entries.map((file) => relative(SDK, file))).toEqual(['index.ts']);
  });
});
