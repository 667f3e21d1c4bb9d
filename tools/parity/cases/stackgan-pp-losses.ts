import type * as tf from '@tensorflow/tfjs';
import type { ColorConsistencyTerms } from '../../../src/training/losses/color-consistency.js';
import type { ParityContext } from '../parity-context.js';

type Value = tf.Tensor | number;

export interface HeadValues {
  conditional: Value | undefined;
  unconditional: Value | undefined;
}

export interface DiscriminatorValues {
  total: Value;
  real: HeadValues;
  wrong: HeadValues | undefined;
  fake: HeadValues;
}

/** @param branch what follows `errD` where a case has several discriminators. */
export function expectDiscriminatorLoss(
  context: ParityContext,
  { total, real, wrong, fake }: DiscriminatorValues,
  branch = '',
): void {
  context.expectOutput(`loss.errD${branch}`, total);
  for (const [kind, losses] of Object.entries({ real, wrong, fake })) {
    if (losses === undefined) continue;
    const { conditional, unconditional } = losses;
    const name = `loss.errD${branch}_${kind}`;
    if (conditional !== undefined) context.expectOutput(`${name}_c`, conditional);
    const suffix = conditional === undefined ? '' : '_u';
    if (unconditional !== undefined) context.expectOutput(`${name}${suffix}`, unconditional);
  }
}

export function expectBranchLosses(context: ParityContext, branches: readonly HeadValues[]): void {
  for (const [branch, { conditional, unconditional }] of branches.entries()) {
    if (conditional !== undefined) context.expectOutput(`loss.errG_b${branch}_c`, conditional);
    if (unconditional !== undefined) context.expectOutput(`loss.errG_b${branch}_u`, unconditional);
  }
}

/** @param colors number k compares branch k + 1 with branch k, if they are compared. */
export function expectColorLosses(
  context: ParityContext,
  colors: readonly (ColorConsistencyTerms | undefined)[],
): void {
  for (const [pair, terms] of colors.entries()) {
    if (terms === undefined) continue;
    const weight = context.number('COLOR_LOSS');
    context.expectOutput(`loss.like_mu${pair + 1}`, terms.mean.mul(weight));
    context.expectOutput(`loss.like_cov${pair + 1}`, terms.covariance.mul(5 * weight));
  }
}

export function expectGeneratorTotals(
  context: ParityContext,
  { total, kl }: { total: Value; kl?: Value | undefined },
): void {
  context.expectOutput('loss.errG_total', total);
  if (kl === undefined) return;
  const weight = context.number('KL', 2);
  context.expectOutput('loss.kl_times_coeff', typeof kl === 'number' ? kl * weight : kl.mul(weight));
}
