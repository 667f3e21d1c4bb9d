import { defineHandler } from '../handler.js';
import { refuseTraining } from './training-call.js';

/** Layers that do something in training only. */
export const identityHandler = defineHandler({
  layers: ['Dropout', 'SpatialDropout1D', 'GaussianNoise', 'GaussianDropout', 'AlphaDropout'],
  emit: (context) => {
    refuseTraining(context);
    return context.input();
  },
});
