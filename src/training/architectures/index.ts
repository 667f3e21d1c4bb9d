/** The three architectures: their networks, and what trains them. */
export { type AdversarialLossNumbers, AdversarialTrainer } from './adversarial-trainer.js';
export type { AttnganBatch, AttnganLosses } from './attngan/attngan-step.js';
export { AttnganTrainer, type AttnganTrainerOptions } from './attngan/attngan-trainer.js';
export { type AttnganDiscriminatorOptions, buildAttnganDiscriminators } from './attngan/discriminators.js';
export {
  type AttnganGenerator,
  type AttnganGeneratorOptions,
  type AttnganInputs,
  type AttnganOutputs,
  type AttnganSentenceInputs,
  buildAttnganGenerator,
  generatorVariables as attnganGeneratorVariables,
  imageSizes as attnganImageSizes,
  runGenerator as runAttnganGenerator,
} from './attngan/generator.js';
export type { SimilarityOptions } from './attngan/generator-loss.js';
export {
  buildDiscriminator,
  type ConditionalDiscriminator,
  type Discriminator,
  type DiscriminatorOptions,
} from './discriminator.js';
export { discriminatorVariables } from './discriminator-variables.js';
export type { AdversarialLosses as StackganLosses } from './stackgan/adversarial-step.js';
export {
  buildStackganDiscriminator,
  type StackganDiscriminatorOptions,
} from './stackgan/stackgan-discriminator.js';
export {
  buildStage1Generator,
  type Stage1Generator,
  type Stage1GeneratorOptions,
} from './stackgan/stage1-generator.js';
export {
  drawStage1,
  type Stage1Batch,
  type Stage1Options,
  Stage1Trainer,
} from './stackgan/stage1-trainer.js';
export {
  buildStage2Generator,
  type Stage2Generator,
  type Stage2GeneratorOptions,
} from './stackgan/stage2-generator.js';
export {
  drawStage2,
  type Stage2Batch,
  type Stage2Options,
  Stage2Trainer,
} from './stackgan/stage2-trainer.js';
export type { StackganVariant } from './stackgan/variant.js';
export { type BranchDiscriminatorOptions, buildBranchDiscriminators } from './stackgan-pp/discriminators.js';
export {
  applyGenerator as runStackganPlusPlusGenerator,
  buildStackganPlusPlusGenerator,
  type GeneratorInputs as StackganPlusPlusInputs,
  type GeneratorOutputs as StackganPlusPlusOutputs,
  generatorVariables as stackganPlusPlusGeneratorVariables,
  type StackganPlusPlusGenerator,
  type StackganPlusPlusGeneratorOptions,
} from './stackgan-pp/generator.js';
export { StackganPlusPlusTrainer, type StackganPlusPlusTrainerOptions } from './stackgan-pp/trainer.js';
export type { StackganPlusPlusBatch, StackganPlusPlusLosses } from './stackgan-pp/training-step.js';
