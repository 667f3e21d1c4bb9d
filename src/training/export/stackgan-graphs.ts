import type * as tf from '@tensorflow/tfjs';
import { PREVIOUS_IMAGE } from '../../sdk/bundle/index.js';
import type { Stage1Generator } from '../architectures/stackgan/stage1-generator.js';
import type { Stage2Generator } from '../architectures/stackgan/stage2-generator.js';
import type { StageGraph } from './stage-graphs.js';

const IMAGE = { name: 'image', layout: 'nchw' } as const;

/** Stage-I of StackGAN, 64 pixels, and Stage-II, 128 or 256, which takes the picture of Stage-I. */
export function stackganGraphs(stage1: Stage1Generator, stage2?: Stage2Generator): StageGraph[] {
  const text = [{ name: 'sentence' }, { name: 'z' }, { name: 'eps' }];
  const graphs: StageGraph[] = [
    { model: stage1.imageModel, size: sideOf(stage1.imageModel), inputs: text, outputs: [IMAGE] },
  ];
  if (stage2 !== undefined) {
    graphs.push({
      model: stage2.imageModel,
      size: sideOf(stage2.imageModel),
      inputs: [{ name: PREVIOUS_IMAGE, layout: 'nchw' }, { name: 'sentence' }, { name: 'eps' }],
      outputs: [IMAGE],
    });
  }
  return graphs;
}

function sideOf(model: tf.LayersModel): number {
  const [, side] = model.outputs[0]?.shape ?? [];
  if (typeof side !== 'number')
    throw new TypeError(`Expected ${model.name} to draw pictures of a known size.`);
  return side;
}
