import { type LayerHandler, standardHandlers } from '../../../tools/export/index.js';
import { inputStartRecurrenceHandler, oneHotCharactersHandler } from './char-cnn-rnn-handlers.js';
import {
  featureSliceHandler,
  gaussianSampleHandler,
  rootMeanSquareNormHandler,
} from './conditioning-handlers.js';
import { gluHandler } from './glu-handler.js';
import { finalStatesHandler, lengthMaskHandler, lstmDirectionHandler } from './lstm-handlers.js';
import {
  pairCosineHandler,
  scaleShiftHandler,
  wordRegionsHandler,
  wordRelevanceHandler,
  wordScoreHandler,
} from './matcher-handlers.js';
import { batchNormalizationHandler } from './normalization-handler.js';
import { seededDropoutHandler } from './seeded-dropout-handler.js';
import { tileConditionHandler } from './tile-condition-handler.js';
import { upConv2DHandler } from './up-conv2d-handler.js';
import { wordAttentionHandler, wordContextHandler } from './word-attention-handlers.js';

/** How the layers of our models become ONNX: the standard ones, and those of `src/training/layers`. */
export const layerHandlers: readonly LayerHandler[] = [
  ...standardHandlers,
  batchNormalizationHandler,
  upConv2DHandler,
  gluHandler,
  tileConditionHandler,
  featureSliceHandler,
  gaussianSampleHandler,
  rootMeanSquareNormHandler,
  lengthMaskHandler,
  lstmDirectionHandler,
  finalStatesHandler,
  seededDropoutHandler,
  wordAttentionHandler,
  wordContextHandler,
  oneHotCharactersHandler,
  inputStartRecurrenceHandler,
  scaleShiftHandler,
  pairCosineHandler,
  wordRegionsHandler,
  wordRelevanceHandler,
  wordScoreHandler,
];
