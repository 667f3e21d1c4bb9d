import type { RunConfig } from './run-config.js';

/** A configuration that trains its generator, or each of its stages, up to `steps` at most. */
export function limitSteps(config: RunConfig, steps: number | undefined): RunConfig {
  if (steps === undefined) return config;
  const limited = <Stage extends { steps: number }>(stage: Stage): Stage => ({
    ...stage,
    steps: Math.min(steps, stage.steps),
  });
  switch (config.architecture) {
    case 'stackgan': {
      const { stage1, stage2 } = config;
      return { ...config, stage1: limited(stage1), stage2: stage2 === null ? null : limited(stage2) };
    }
    case 'stackgan-pp':
    case 'attngan':
      return limited(config);
    default:
      return config;
  }
}
