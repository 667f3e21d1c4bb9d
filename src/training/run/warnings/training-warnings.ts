import type { ProbeMeasures } from './probe-measures.js';

/** What can be wrong with a training that goes on without an error. */
export type WarningKind = 'discriminator-too-strong' | 'collapse' | 'text-ignored' | 'memorisation';

/** A sign of trouble, with the number that shows it. */
export interface TrainingWarning {
  kind: WarningKind;
  /** What was measured. */
  value: number;
  /** What it should not reach. */
  threshold: number;
  /** For people: what it means and what may help. */
  message: string;
}

/**
 * Where warnings begin. Measures of samples are ratios to what real pictures have among themselves. On emoji a trained
 * StackGAN has a diversity of 0.2 to 0.35, a text effect of 0.94 and 1.1 to 1.5 times the distance to the nearest
 * training picture; held-out pictures have 0.96 of it, training pictures 0.
 */
export const WARNING_THRESHOLDS = {
  /** Share of reals and of fakes that the discriminators judge rightly, the lower of both, over the last steps. */
  discriminatorAccuracy: 0.98,
  /** Pictures of one prompt this alike are one picture. */
  sampleDiversity: 0.03,
  /** Pictures of different prompts this alike do not depend on the prompt. */
  textEffect: 0.1,
  /** Drawn pictures this near are copies. */
  nearestTraining: 0.4,
} as const;

export interface Measured {
  /** Share of reals and of fakes judged rightly over the last steps, the lower of both; undefined before there are enough. */
  discriminatorAccuracy?: number | undefined;
  /** Undefined as long as the generator has hardly begun, see {@link SAMPLES_COUNT_FROM}. */
  samples: ProbeMeasures | undefined;
}

/** The step from which on samples can give warnings: before it every generator draws much the same for everything. */
export const SAMPLES_COUNT_FROM = 1000;

/** The warnings that measures give. */
export function trainingWarnings({ discriminatorAccuracy, samples }: Measured): TrainingWarning[] {
  const ofDiscriminator = discriminatorAccuracy === undefined ? [] : accuracyWarnings(discriminatorAccuracy);
  return [...ofDiscriminator, ...(samples === undefined ? [] : sampleWarnings(samples))];
}

function accuracyWarnings(accuracy: number): TrainingWarning[] {
  const threshold = WARNING_THRESHOLDS.discriminatorAccuracy;
  if (accuracy < threshold) return [];
  const message = `the discriminator judges ${percent(accuracy)} of real and drawn pictures rightly, so the generator learns little from it: lower discriminatorLearningRate, or use augmentation, "hinge" and "spectral"`;
  return [{ kind: 'discriminator-too-strong', value: accuracy, threshold, message }];
}

function sampleWarnings(samples: ProbeMeasures): TrainingWarning[] {
  const { sampleDiversity, textEffect, nearestTraining } = samples;
  const limits = WARNING_THRESHOLDS;
  const warnings: TrainingWarning[] = [];
  const warn = (kind: WarningKind, value: number, threshold: number, message: string) =>
    warnings.push({ kind, value, threshold, message });
  if (sampleDiversity <= limits.sampleDiversity) {
    const message = `pictures of one prompt differ by ${percent(sampleDiversity)} of what real pictures do, whatever the noise: the generator has collapsed; go back to an earlier checkpoint with lower learning rates`;
    warn('collapse', sampleDiversity, limits.sampleDiversity, message);
  }
  if (textEffect !== undefined && textEffect <= limits.textEffect) {
    const message = `pictures of different prompts differ by ${percent(textEffect)} of what real pictures do: the text is ignored; lower klWeight and initialLogVariance, or look at how well the text encoder finds pictures`;
    warn('text-ignored', textEffect, limits.textEffect, message);
  }
  if (nearestTraining <= limits.nearestTraining) {
    const message = `drawn pictures are ${percent(nearestTraining)} as far from a training picture as training pictures are from one another: they are copies; use more pictures or augmentation, or an earlier checkpoint`;
    warn('memorisation', nearestTraining, limits.nearestTraining, message);
  }
  return warnings;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
}
