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
 * The channels halve with each doubling of the side, so the base width has to allow it.
 * @throws {WordbrushError} `CONFIG_INVALID` if it is not a multiple of `divisor`.
 */
export function requireDivisibleWidth(baseWidth: number, divisor: number): void {
  if (baseWidth % divisor === 0) return;
  throw new WordbrushError(
    'CONFIG_INVALID',
    `Expected the generator's baseWidth to be a multiple of ${divisor}, received ${baseWidth}.`,
    { hint: 'Its channels are halved from map to map.', details: { baseWidth, divisor } },
  );
}
