import { WordbrushError } from '../../../sdk/errors.js';
import type { ConditioningActivation } from '../../layers/conditioning-augmentation.js';

/**
 * Which official code a StackGAN follows: `pytorch` (hanzhanggit/StackGAN-Pytorch) or `tensorflow`
 * (hanzhanggit/StackGAN, the code of the paper). They differ in the conditioning augmentation, in the order of noise and
 * condition, in Stage-I's generator and in both discriminators; Stage-II's generator differs in its augmentation alone.
 */
export type StackganVariant = 'pytorch' | 'tensorflow';

export interface VariantConditioning {
  activation: ConditioningActivation;
  spread: 'logVariance' | 'logSigma';
}

/** The conditioning augmentation of each variant. */
export const VARIANT_CONDITIONING: Readonly<Record<StackganVariant, VariantConditioning>> = {
  pytorch: { activation: 'relu', spread: 'logVariance' },
  tensorflow: { activation: 'leakyRelu', spread: 'logSigma' },
};

/**
 * The channels are halved from map to map, rounded down as in the official code, and some have to be left.
 * @throws {WordbrushError} `CONFIG_INVALID` if the base width is below `least`.
 */
export function requireWidth(baseWidth: number, least: number): void {
  if (baseWidth >= least) return;
  throw new WordbrushError(
    'CONFIG_INVALID',
    `Expected the generator's baseWidth to be at least ${least}, received ${baseWidth}.`,
    { hint: 'Its channels are halved from map to map, down to none.', details: { baseWidth, least } },
  );
}
