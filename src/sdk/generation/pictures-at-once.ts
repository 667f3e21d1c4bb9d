import type { ValueDescription } from '../runtime/platform.js';
import type { LoadedStage } from './loaded-stage.js';

/** Memory that the maps of one run may take. */
const BUDGET_BYTES = 256 * 2 ** 20;
/** Inside a stage maps are wider than at its ends, and a few are alive at a time. */
const INNER_FACTOR = 8;
/** More at once gain nothing: an image's work fills a processor. */
const MOST = 8;
/** Stands for sizes that the graph leaves open: words of a prompt. */
const OPEN_SIZE = 32;

/** How many pictures are drawn in one run of each stage, so that the maps of a large request fit the memory. */
export function picturesAtOnce(stages: readonly LoadedStage[]): number {
  const bytes = stages.map(
    ({ session: { inputs, outputs } }) => INNER_FACTOR * bytesOf([...inputs, ...outputs]),
  );
  return Math.min(MOST, Math.max(1, Math.floor(BUDGET_BYTES / Math.max(1, ...bytes))));
}

function bytesOf(values: readonly ValueDescription[]): number {
  const sizes = values.map(({ dims }) =>
    dims.slice(1).reduce<number>((size, dim) => size * (typeof dim === 'number' ? dim : OPEN_SIZE), 4),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
