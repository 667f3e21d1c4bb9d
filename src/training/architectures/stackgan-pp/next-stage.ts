import * as tf from '@tensorflow/tfjs';
import { convBlock } from '../../layers/conv-block.js';
import { connected } from '../../layers/model-outputs.js';
import { residualBlock } from '../../layers/residual-block.js';
import { TileCondition } from '../../layers/tile-condition.js';
import { upBlock } from '../../layers/up-block.js';

export interface NextStageOptions {
  /** Side of the map that comes in. */
  side: number;
  /** Channels of the map that comes in; half as many come out, rounded down. */
  width: number;
  residualBlocks: number;
  name: string;
}

/**
 * A further stage of StackGAN++ (section 3.1 of the paper, `NEXT_STAGE_G` of the official code): the condition
 * `[batch, conditionDim]` is laid before the channels of the map `[batch, side, side, width]`, a convolution joins
 * them, residual blocks refine the result, and an up-sampling block makes it `[batch, 2 side, 2 side, width / 2]`.
 */
export function nextStage(
  map: tf.SymbolicTensor,
  condition: tf.SymbolicTensor,
  { side, width, residualBlocks, name }: NextStageOptions,
): tf.SymbolicTensor {
  const tiled = connected(new TileCondition({ name: `${name}/tile`, side }), condition);
  const both = connected(tf.layers.concatenate({ name: `${name}/concat` }), [tiled, map]);
  let refined = convBlock(both, { filters: width, activation: 'glu', name: `${name}/joint` });
  for (let block = 0; block < residualBlocks; block++) {
    refined = residualBlock(refined, { filters: width, activation: 'glu', name: `${name}/residual${block}` });
  }
  return upBlock(refined, { filters: Math.floor(width / 2), activation: 'glu', name: `${name}/upsample` });
}
