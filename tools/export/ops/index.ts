import type { LayerHandler } from '../handler.js';
import { activationHandlers } from './activation-layers.js';
import { convolutionHandlers } from './convolution.js';
import { denseHandler } from './dense.js';
import { embeddingHandler } from './embedding.js';
import { identityHandler } from './identity.js';
import { mergeHandlers } from './merge.js';
import { batchNormalizationHandler } from './normalization.js';
import { paddingHandlers } from './padding.js';
import { poolingHandlers } from './pooling.js';
import { upSamplingHandler } from './resize.js';
import { shapeHandlers } from './shape.js';

/** The handlers of the layers that TF.js brings. To add one, write its file here and name it in this list. */
export const standardHandlers: readonly LayerHandler[] = [
  ...activationHandlers,
  ...convolutionHandlers,
  denseHandler,
  embeddingHandler,
  identityHandler,
  ...mergeHandlers,
  batchNormalizationHandler,
  ...paddingHandlers,
  ...poolingHandlers,
  upSamplingHandler,
  ...shapeHandlers,
];
