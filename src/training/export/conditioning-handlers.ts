import { defineHandler } from '../../../tools/export/index.js';
import { FeatureSlice } from '../layers/feature-slice.js';
import { GaussianSample } from '../layers/gaussian-sample.js';
import { RootMeanSquareNorm } from '../layers/root-mean-square-norm.js';

export const featureSliceHandler = defineHandler({
  layers: [FeatureSlice.className],
  emit: (context) => {
    const { layer } = context;
    if (!(layer instanceof FeatureSlice)) throw context.unsupported('expected our FeatureSlice');
    const starts = context.integers([layer.begin], 'starts');
    const ends = context.integers([layer.begin + layer.size], 'ends');
    return context.node('Slice', [context.input(), starts, ends, context.integers([1], 'axes')]);
  },
});

/** x / sqrt(mean(x^2) + epsilon), over the last axis */
export const rootMeanSquareNormHandler = defineHandler({
  layers: [RootMeanSquareNorm.className],
  emit: (context) => {
    const x = context.input();
    const attributes = { axes: [-1], keepdims: 1 };
    const meanSquare = context.node('ReduceMean', [context.node('Mul', [x, x])], { attributes });
    const shifted = context.node('Add', [meanSquare, context.scalar(RootMeanSquareNorm.epsilon, 'epsilon')]);
    return context.node('Div', [x, context.node('Sqrt', [shifted])]);
  },
});

/** mean + exp(logVariance / 2) * noise */
export const gaussianSampleHandler = defineHandler({
  layers: [GaussianSample.className],
  emit: (context) => {
    const halved = context.node('Mul', [context.input(1), context.scalar(0.5, 'half')]);
    const deviation = context.node('Exp', [halved]);
    return context.node('Add', [context.input(0), context.node('Mul', [deviation, context.input(2)])]);
  },
});
