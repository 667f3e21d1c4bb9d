import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type LayerHandler, standardHandlers } from '../../tools/export/index.js';
import { reasonOf, WordbrushError } from '../sdk/errors.js';

/**
 * The exporter's handlers, with those that a module exports as `handlers` behind them. The module may register layer
 * classes with TensorFlow.js as it loads.
 * @throws WordbrushError INVALID_OPTION where it does not load or exports no list of handlers.
 */
export async function loadHandlers(path: string | undefined): Promise<readonly LayerHandler[]> {
  if (path === undefined) return standardHandlers;
  const module = await importModule(path);
  const handlers = 'handlers' in module ? module.handlers : undefined;
  if (Array.isArray(handlers) && handlers.every(isHandler)) return [...standardHandlers, ...handlers];
  throw new WordbrushError(
    'INVALID_OPTION',
    `Expected ${path} to export "handlers", a list of what defineHandler() returns.`,
    { hint: 'See "A layer of your own" in docs/exporter.md.', details: { path } },
  );
}

async function importModule(path: string): Promise<object> {
  try {
    const module: unknown = await import(pathToFileURL(resolve(path)).href);
    return module instanceof Object || typeof module === 'object' ? { ...module } : {};
  } catch (cause) {
    throw new WordbrushError('INVALID_OPTION', `Expected --handlers ${path} to load: ${reasonOf(cause)}.`, {
      hint: 'Give a JavaScript module (.mjs, or .js where package.json says "type": "module").',
      cause,
      details: { path },
    });
  }
}

function isHandler(value: unknown): value is LayerHandler {
  return (
    value instanceof Object &&
    'layers' in value &&
    Array.isArray(value.layers) &&
    'emit' in value &&
    typeof value.emit === 'function'
  );
}
