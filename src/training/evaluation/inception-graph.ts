import type { FeatureGraph } from './feature-network.js';

/** The Inception-v3 that FID is measured with, from a file of its user (`loadFidInception` of `wordbrush/import`). */
export interface InceptionGraph extends FeatureGraph {
  /** Name of the file. */
  file: string;
  /** Whether it is the published file to the byte: only then a distance is called FID. */
  isPublished: boolean;
}
