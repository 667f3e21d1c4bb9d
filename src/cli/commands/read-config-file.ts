import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { reasonOf, WordbrushError } from '../../sdk/errors.js';

const TYPESCRIPT = ['.ts', '.mts'];
const MODULES = ['.mjs', '.js', ...TYPESCRIPT];

/**
 * What a configuration file says: the object of a JSON file, or what a module exports by default. TypeScript is run by
 * Node itself where it can (22.18 and later), elsewhere by the package tsx.
 * @throws WordbrushError CONFIG_INVALID for a file that is not there, does not run or exports nothing by default;
 * PACKAGE_MISSING for TypeScript in an older Node without tsx.
 */
export async function readConfigFile(path: string): Promise<unknown> {
  try {
    if (!MODULES.includes(extname(path))) return JSON.parse(await readFile(path, 'utf8'));
    return defaultExport(await importModule(resolve(path)));
  } catch (cause) {
    if (cause instanceof WordbrushError) throw cause;
    const wanted = MODULES.includes(extname(path))
      ? 'a module that exports a configuration'
      : 'JSON with an object';
    throw new WordbrushError('CONFIG_INVALID', `Expected ${path} to be ${wanted}: ${reasonOf(cause)}.`, {
      cause,
      details: { path },
    });
  }
}

async function importModule(path: string): Promise<unknown> {
  const url = pathToFileURL(path).href;
  try {
    return await import(/* @vite-ignore */ url);
  } catch (error) {
    if (!TYPESCRIPT.includes(extname(path)) || !isUnknownExtension(error)) throw error;
    const { tsImport } = await loadTsx(path);
    return tsImport(url, import.meta.url);
  }
}

/** An optional peer: only this Node needs it, and only for files in TypeScript. */
async function loadTsx(path: string): Promise<typeof import('tsx/esm/api')> {
  try {
    return await import('tsx/esm/api');
  } catch (cause) {
    throw new WordbrushError(
      'PACKAGE_MISSING',
      `Expected the package tsx to run ${path}: Node ${process.versions.node} does not read TypeScript by itself.`,
      {
        cause,
        hint: 'Run `npm install --save-dev tsx`, take Node 22.18 or later, or write the file as .mjs.',
      },
    );
  }
}

function isUnknownExtension(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_UNKNOWN_FILE_EXTENSION';
}

/** tsx puts the module of a CommonJS package into `default`, with its own `default` inside. */
function defaultExport(module: unknown): unknown {
  const outer = isRecord(module) ? module.default : undefined;
  const inner = isRecord(outer) && '__esModule' in outer ? outer.default : outer;
  if (isRecord(inner)) return inner;
  throw new TypeError('it has no object as its default export');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
