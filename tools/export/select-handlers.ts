import { WordbrushError } from '../../src/sdk/errors.js';
import type { LayerHandler } from './handler.js';
import type { LayerCall } from './layer-calls.js';

/**
 * The handler of each call, in the order of the calls. Throws `LAYER_UNSUPPORTED`, naming every layer that has none, before anything is
 * converted.
 */
export function selectHandlers(
  calls: readonly LayerCall[],
  handlers: readonly LayerHandler[],
): LayerHandler[] {
  const byClass = new Map<string, LayerHandler>();
  for (const handler of handlers) for (const className of handler.layers) byClass.set(className, handler);

  const selected: LayerHandler[] = [];
  const missing: LayerCall[] = [];
  for (const call of calls) {
    const handler = byClass.get(call.layer.getClassName());
    if (handler === undefined) missing.push(call);
    else selected.push(handler);
  }
  if (missing.length > 0) throw unsupported(missing, [...byClass.keys()].sort());
  return selected;
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
