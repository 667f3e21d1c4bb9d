import { defineHandler } from '../../../tools/export/index.js';
import { FeatureSlice } from '../layers/feature-slice.js';
import { GaussianSample } from '../layers/gaussian-sample.js';

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

/** mean + exp(logVariance / 2) * noise */
export const gaussianSampleHandler = defineHandler({
  layers: [GaussianSample.className],
  emit: (context) => {
    const halved = context.node('Mul', [context.input(1), context.scalar(0.5, 'half')]);
    const deviation = context.node('Exp', [halved]);
    return context.node('Add', [context.input(0), context.node('Mul', [deviation, context.input(2)])]);
  },
});
