import { defineHandler } from '../../../tools/export/index.js';
import { TileCondition } from '../layers/tile-condition.js';

/** A vector at every place of a map; with channels second, as the convolutions around it have them. */
export const tileConditionHandler = defineHandler({
  layers: [TileCondition.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof TileCondition)) throw context.unsupported('expected our TileCondition');
    const { side } = layer;
    const [batch = null, channels = null] = context.input().shape ?? [];
    const point = context.node('Unsqueeze', [context.input(), context.integers([2, 3], 'axes')], {
      shape: [batch, channels, 1, 1],
    });
    const map = context.node('Expand', [point, context.integers([1, 1, side, side], 'size')], {
      shape: [batch, channels, side, side],
    });
    return context.transpose(map, [0, 2, 3, 1]);
  },
});
