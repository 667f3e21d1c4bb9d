import type { LayerHandler } from '../handler.js';
import { activationHandlers } from './activation-layers.js';
import { convolutionHandlers } from './convolution.js';
import { denseHandler } from './dense.js';
import { depthwiseConvolutionHandlers } from './depthwise-convolution.js';
import { embeddingHandler } from './embedding.js';
import { identityHandler } from './identity.js';
import { layerNormalizationHandler } from './layer-normalization.js';
import { mergeHandlers } from './merge.js';
import { batchNormalizationHandler } from './normalization.js';
import { paddingHandlers } from './padding.js';
import { poolingHandlers } from './pooling.js';
import { preprocessingHandlers } from './preprocessing.js';
import { upSamplingHandler } from './resize.js';
import { shapeHandlers } from './shape.js';
import { transposedConvolutionHandlers } from './transposed-convolution.js';

/** The handlers of the layers that TF.js brings. To add one, write its file here and name it in this list. */
export const standardHandlers: readonly LayerHandler[] = [
  ...activationHandlers,
  ...convolutionHandlers,
  denseHandler,
  ...depthwiseConvolutionHandlers,
  embeddingHandler,
  identityHandler,
  layerNormalizationHandler,
  ...mergeHandlers,
  batchNormalizationHandler,
  ...paddingHandlers,
  ...poolingHandlers,
  ...preprocessingHandlers,
  ...shapeHandlers,
  ...transposedConvolutionHandlers,
  upSamplingHandler,
];
