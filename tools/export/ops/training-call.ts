import type { LayerContext } from '../handler.js';

/** Throws `LAYER_UNSUPPORTED` where the model calls a layer with `training: true`: a graph for inference has no such call. */
export function refuseTraining(context: LayerContext): void {
  if (context.callArguments.training === true) {
    throw context.unsupported('the model calls it with training: true');
  }
}
