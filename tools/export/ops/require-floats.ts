import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';

/**
 * The layer's input, float32. Throws `LAYER_UNSUPPORTED` for integers: TF.js keeps their type for what it normalises,
 * so that results are cut to whole numbers, and not by every backend alike.
 */
export function requireFloats(context: LayerContext): Value {
  const x = context.input();
  if (x.dataType === 'float32') return x;
  throw context.unsupported(
    `TF.js cuts what it makes of ${x.dataType} to whole numbers, each backend its way`,
  );
}
