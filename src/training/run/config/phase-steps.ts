import type { RunConfig } from './run-config.js';

/** A phase of a run as its configuration plans it. */
export interface PlannedPhase {
  /** As the phase is called while it runs. */
  name: string;
  steps: number;
  batchSize: number;
}

/** The phases of a run, in the order in which they are trained. */
export function phasesOf(config: RunConfig): PlannedPhase[] {
  const { textEncoder } = config;
  const encoder =
    textEncoder === null || textEncoder.kind === 'vectors' ? [] : [planned('text encoder', textEncoder)];
  switch (config.architecture) {
    case 'stackgan': {
      const { stage1, stage2 } = config;
      const second = stage2 === null ? [] : [planned('stage 2', stage2)];
      return [...encoder, planned('stage 1', stage1), ...second];
    }
    case 'stackgan-pp':
    case 'attngan':
      return [...encoder, planned(config.architecture, config)];
    default:
      return encoder;
  }
}

function planned(name: string, { steps, batchSize }: { steps: number; batchSize: number }): PlannedPhase {
  return { name, steps, batchSize };
}

/** A configuration whose phases, the text encoder's included, have other numbers of steps. */
export function withSteps(config: RunConfig, change: (steps: number) => number): RunConfig {
  const generator = withGeneratorSteps(config, change);
  const { textEncoder } = generator;
  if (textEncoder === null || textEncoder.kind === 'vectors') return generator;
  // One cannot spread a union and keep it: the copy is that of the configuration given.
  return Object.assign({}, generator, { textEncoder: changed(textEncoder, change) });
}

/** A configuration whose generator, or each of its stages, has another number of steps. */
export function withGeneratorSteps(config: RunConfig, change: (steps: number) => number): RunConfig {
  switch (config.architecture) {
    case 'stackgan': {
      const { stage1, stage2 } = config;
      return {
        ...config,
        stage1: changed(stage1, change),
        stage2: stage2 === null ? null : changed(stage2, change),
      };
    }
    case 'stackgan-pp':
    case 'attngan':
      return changed(config, change);
    default:
      return config;
  }
}

function changed<Trained extends { steps: number }>(
  trained: Trained,
  change: (steps: number) => number,
): Trained {
  return { ...trained, steps: change(trained.steps) };
}
