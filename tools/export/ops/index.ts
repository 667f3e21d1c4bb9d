import type { LayerHandler } from '../handler.js';
import { activationHandlers } from './activation-layers.js';
import { convolutionHandlers } from './convolution.js';
import { denseHandler } from './dense.js';
import { depthwiseConvolutionHandlers } from './depthwise-convolution.js';
import { dotHandler } from './dot.js';
import { embeddingHandler } from './embedding.js';
import { identityHandler } from './identity.js';
import { layerNormalizationHandler } from './layer-normalization.js';
import { maskingHandler } from './masking.js';
import { mergeHandlers } from './merge.js';
import { batchNormalizationHandler } from './normalization.js';
import { paddingHandlers } from './padding.js';
import { poolingHandlers } from './pooling.js';
import { preprocessingHandlers } from './preprocessing.js';
import { recurrentHandlers } from './recurrent.js';
import { upSamplingHandler } from './resize.js';
import { shapeHandlers } from './shape.js';
import { timeDistributedHandler } from './time-distributed.js';
import { transposedConvolutionHandlers } from './transposed-convolution.js';

/** The handlers of the layers that TF.js brings. To add one, write its file here and name it in this list. */
export const standardHandlers: readonly LayerHandler[] = [
  ...activationHandlers,
  ...convolutionHandlers,
  denseHandler,
  ...depthwiseConvolutionHandlers,
  dotHandler,
  embeddingHandler,
  identityHandler,
  layerNormalizationHandler,
  maskingHandler,
  ...mergeHandlers,
  batchNormalizationHandler,
  ...paddingHandlers,
  ...poolingHandlers,
  ...preprocessingHandlers,
  ...recurrentHandlers,
  ...shapeHandlers,
  timeDistributedHandler,
  ...transposedConvolutionHandlers,
  upSamplingHandler,
];
