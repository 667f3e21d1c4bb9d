import type { ParityCase } from '../parity-case.js';
import { discriminatorCase, smallDiscriminatorCase } from './stackgan-pp-discriminator.js';
import { colorCase, generatorCase, generatorLossCase } from './stackgan-pp-generator.js';
import { stepCase } from './stackgan-pp-step.js';

/** What StackGAN++ is compared on. */
export const STACKGAN_PP_CASES: readonly ParityCase[] = [
  generatorCase,
  discriminatorCase,
  smallDiscriminatorCase,
  colorCase,
  generatorLossCase,
  stepCase,
];
