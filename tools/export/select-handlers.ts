import { WordbrushError } from '../../src/sdk/errors.js';
import type { LayerHandler } from './handler.js';
import type { LayerCall } from './layer-calls.js';

/** Handlers by the class that they serve; a later one takes a class over from an earlier one. */
export type HandlersByClass = ReadonlyMap<string, LayerHandler>;

export function indexHandlers(handlers: readonly LayerHandler[]): HandlersByClass {
  return new Map(handlers.flatMap((handler) => handler.layers.map((name) => [name, handler] as const)));
}

/** Throws `LAYER_UNSUPPORTED`, naming every layer that has no handler, before anything is converted. */
export function requireHandlers(calls: readonly LayerCall[], handlers: HandlersByClass): void {
  const missing = calls.filter(({ layer }) => !handlers.has(layer.getClassName()));
  if (missing.length > 0) throw unsupported(missing, [...handlers.keys()].sort());
}

/** The handler of a layer. Throws `LAYER_UNSUPPORTED` where there is none. */
export function handlerOf(call: LayerCall, handlers: HandlersByClass): LayerHandler {
  const handler = handlers.get(call.layer.getClassName());
  if (handler === undefined) throw unsupported([call], [...handlers.keys()].sort());
  return handler;
}

function unsupported(missing: readonly LayerCall[], supported: readonly string[]): WordbrushError {
  const layers = missing.map(({ path, layer }) => ({ layer: path, className: layer.getClassName() }));
  const named = layers.map(({ layer, className }) => `"${layer}" (${className})`).join(', ');
  return new WordbrushError(
    'LAYER_UNSUPPORTED',
    `No handler writes ${named} as ONNX. Supported layer classes: ${supported.join(', ')}.`,
    {
      hint: 'Add one with defineHandler({ layers: [...], emit(context) {...} }) and pass it in the option "handlers".',
      details: { layers, supported },
    },
  );
}
