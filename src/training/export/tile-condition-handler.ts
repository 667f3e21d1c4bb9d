import { defineHandler } from '../../../tools/export/index.js';
import { TileCondition } from '../layers/tile-condition.js';

/** A vector at every place of a map; with channels second, as the convolutions around it have them. */
export const tileConditionHandler = defineHandler({
  layers: [TileCondition.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof TileCondition)) throw context.unsupported('expected our TileCondition');
    const point = context.node('Unsqueeze', [context.input(), context.integers([2, 3], 'axes')]);
    const size = context.integers([1, 1, layer.side, layer.side], 'size');
    return context.transpose(context.node('Expand', [point, size]), [0, 2, 3, 1]);
  },
});
