import type { GraphPass } from './pass.js';

/** The rewrites that `convert` applies unless told otherwise, in order. */
export const standardPasses: readonly GraphPass[] = [];
