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
