import { activateBeforeInterleaving } from './activate-before-interleaving.js';
import { convolveBeforeUpsampling } from './convolve-before-upsampling.js';
import { convolveRepeatedVector } from './convolve-repeated-vector.js';
import { foldBatchNormalization } from './fold-batch-normalization.js';
import { foldConstants } from './fold-constants.js';
import { interleaveByCopying } from './interleave-by-copying.js';
import { mergeTransposes } from './merge-transposes.js';
import type { GraphPass } from './pass.js';
import { pushTransposes } from './push-transposes.js';
import { removeIdentity } from './remove-identity.js';
import { removePaddingGuard } from './remove-padding-guard.js';
import { removeUnused } from './remove-unused.js';
import { shareInitializers } from './share-initializers.js';
import { shareNodes } from './share-nodes.js';
import { splitConvolution } from './split-convolution.js';
import { transposeDoubledConvolution } from './transpose-doubled-convolution.js';

/** Where a graph is to be fast: ONNX Runtime's native CPU provider, its WebAssembly, or its WebGPU provider. */
export const TARGETS = ['cpu', 'wasm', 'webgpu'] as const;
export type Target = (typeof TARGETS)[number];

const CLEANING: readonly GraphPass[] = [
  foldConstants,
  pushTransposes,
  mergeTransposes,
  removeIdentity,
  removePaddingGuard,
  removeUnused,
  foldBatchNormalization,
];

const SHARING: readonly GraphPass[] = [shareNodes, shareInitializers];

const BY_DIFFERENCES: readonly GraphPass[] = [
  convolveBeforeUpsampling,
  activateBeforeInterleaving,
  interleaveByCopying,
];

/**
 * The passes for a target, in order, as `convert(model, { target: 'wasm' })` applies them. A graph for one target runs on
 * the others too.
 *
 * Two narrow convolutions in place of a wide one, whose sigmoid is then fused, are 4 to 9 % faster in whole generators
 * on the CPU and 3 to 5 % slower in WebAssembly. Nine products by differences are the fastest form of a doubled
 * convolution on both; with WebGPU, measured with a software driver only, it is the one that is a single node.
 */
export function passesFor(target: Target): readonly GraphPass[] {
  const splitting = target === 'wasm' ? [] : [splitConvolution];
  const doubling = target === 'webgpu' ? [transposeDoubledConvolution] : BY_DIFFERENCES;
  return [...CLEANING, ...splitting, convolveRepeatedVector, ...doubling, ...SHARING];
}

/** The rewrites that `convert` applies unless told otherwise: those for the CPU. */
export const standardPasses: readonly GraphPass[] = passesFor('cpu');
