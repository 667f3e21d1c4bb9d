import type { StackganPlusPlusGenerator } from '../architectures/stackgan-pp/generator.js';
import { mapName, type StageGraph, withOutputs } from './stage-graphs.js';

const IMAGE = { name: 'image', layout: 'nchw' } as const;
const FIRST_SIZE = 64;

/**
 * The branches of StackGAN++, 64 pixels up to 1024. The first gives map and condition to the next; without text there is
 * no condition, and every stage takes z.
 */
export function stackganPlusPlusGraphs({ stages, conditional }: StackganPlusPlusGenerator): StageGraph[] {
  return stages.map((stage, index): StageGraph => {
    const isLast = index === stages.length - 1;
    const size = FIRST_SIZE * 2 ** index;
    const map = { name: mapName(index + 1), layout: 'nchw' } as const;
    if (index > 0) {
      return {
        model: stage,
        size,
        inputs: [{ name: mapName(index), layout: 'nchw' }, { name: conditional ? 'condition' : 'z' }],
        outputs: isLast ? [IMAGE] : [IMAGE, map],
      };
    }
    const text = [{ name: 'sentence' }, { name: 'z' }, { name: 'eps' }];
    const forNext = conditional ? [map, { name: 'condition' }] : [map];
    return {
      model: withOutputs(stage, isLast ? [0] : conditional ? [0, 1, 2] : [0, 1]),
      size,
      inputs: conditional ? text : [{ name: 'z' }],
      outputs: isLast ? [IMAGE] : [IMAGE, ...forNext],
    };
  });
}
