import { imageSizes } from '../../architectures/attngan/generator.js';
import { attnganOptions } from './attngan-config.js';
import type { RunConfig } from './run-config.js';

/** Sides of the pictures that a run's generator draws, smallest first; none for a run that trains an encoder alone. */
export function imageSizesOf(config: RunConfig): number[] {
  switch (config.architecture) {
    case 'stackgan':
      return config.stage2 === null ? [64] : [64, config.stage2.imageSize];
    case 'stackgan-pp':
      return Array.from({ length: config.generator.branches }, (_, branch) => 64 * 2 ** branch);
    case 'attngan':
      return imageSizes(attnganOptions(config).generator);
    default:
      return [];
  }
}
