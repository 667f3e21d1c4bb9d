import type { Value } from '../graph/graph.js';
import type { LayerContext } from '../handler.js';

/** What TF.js's `Softmax` adds to the scores of masked places, so that nothing is left of them. */
const MASKED = -1e9;

/** The input of a `Softmax` layer, with masked places pushed down as TF.js does: the mask fits the last axes. */
export function maskedScores(context: LayerContext): Value {
  const x = context.input();
  const { mask } = context;
  if (mask === undefined) return x;
  const masked = context.node('Sub', [context.scalar(1, 'one'), context.cast(mask, 'float32')]);
  const pushed = context.node('Mul', [masked, context.scalar(MASKED, 'masked')]);
  return context.node('Add', [x, pushed], { shape: x.shape ?? [] });
}
