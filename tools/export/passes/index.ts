import { foldBatchNormalization } from './fold-batch-normalization.js';
import { foldConstants } from './fold-constants.js';
import { mergeTransposes } from './merge-transposes.js';
import type { GraphPass } from './pass.js';
import { pushTransposes } from './push-transposes.js';
import { removeIdentity } from './remove-identity.js';
import { removePaddingGuard } from './remove-padding-guard.js';
import { removeUnused } from './remove-unused.js';
import { shareInitializers } from './share-initializers.js';
import { shareNodes } from './share-nodes.js';

/** The rewrites that `convert` applies unless told otherwise, in order. */
export const standardPasses: readonly GraphPass[] = [
  foldConstants,
  pushTransposes,
  mergeTransposes,
  removeIdentity,
  removePaddingGuard,
  removeUnused,
  foldBatchNormalization,
  shareNodes,
  shareInitializers,
];
