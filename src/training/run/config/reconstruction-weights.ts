import type { DrawingConfig } from './run-config.js';

/** The weights of the reconstruction loss that are not 0, by stage: with them a generator is held to the training pictures. */
export function reconstructionWeights(config: DrawingConfig): { stage: string; weight: number }[] {
  const stages =
    config.architecture === 'stackgan'
      ? [
          { stage: 'stage 1', weight: config.stage1.reconstructionWeight },
          ...(config.stage2 === null
            ? []
            : [{ stage: 'stage 2', weight: config.stage2.reconstructionWeight }]),
        ]
      : [{ stage: 'all stages', weight: config.reconstructionWeight }];
  return stages.filter(({ weight }) => weight > 0);
}
