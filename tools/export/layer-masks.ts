import type { Value } from './graph/graph.js';
import type { LayerContext, LayerHandler } from './handler.js';

/**
 * The mask that TF.js gives all outputs of a layer: none where the layer does not support masks, else what its
 * `computeMask` says, which is the first input's mask unless the class has a rule of its own.
 *
 * Throws `LAYER_UNSUPPORTED` for masked inputs of a class with a rule of its own whose handler does not have it.
 */
export function outputMaskOf(context: LayerContext, handler: LayerHandler): Value | undefined {
  const { layer } = context;
  if (!layer.supportsMasking) return undefined;
  if (handler.mask !== undefined) return handler.mask(context);
  if (context.inputMasks.every((mask) => mask === undefined)) return undefined;
  if (layer.computeMask !== inheritedComputeMask(layer)) {
    throw context.unsupported('its class computes a mask of its own, and its handler has no "mask"');
  }
  return context.inputMasks[0];
}

/** `computeMask` of TF.js's own `Layer`; looked for among the ancestors, since a copy of TF.js has classes of its own. */
function inheritedComputeMask(layer: object): unknown {
  let found: unknown;
  for (let at: unknown = Object.getPrototypeOf(layer); at instanceof Object; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, 'computeMask') && 'computeMask' in at) found = at.computeMask;
  }
  return found;
}
