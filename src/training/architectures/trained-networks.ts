import type { RandomStream } from '../../sdk/noise/random-stream.js';
import { Adam } from '../optimizers/adam.js';
import { mergeVariables, type NamedVariables, type VariableSelection } from '../weights/named-variables.js';
import { initializeOrthogonally } from '../weights/orthogonal-weights.js';
import type { AdversarialParts } from './adversarial-trainer.js';
import type { Discriminator } from './discriminator.js';
import { discriminatorVariables } from './discriminator-variables.js';

/** A generator of several scales and what moves it. */
export interface TrainedGenerator {
  /** All weights, running statistics included, as `generator/stage1/fc/kernel`. */
  all: NamedVariables;
  /** Those that gradients move. */
  variables: NamedVariables;
  optimizer: Adam;
}

/** Gives a generator its starting weights and an optimiser, as StackGAN++ and AttnGAN do. */
export function prepareGenerator(
  variablesOf: (selection: VariableSelection) => NamedVariables,
  learningRate: number,
  random: RandomStream,
): TrainedGenerator {
  const prefix = 'generator';
  const all = variablesOf({ prefix });
  initializeOrthogonally(all, random);
  const variables = variablesOf({ prefix, trainableOnly: true });
  return { all, variables, optimizer: new Adam(variables, { learningRate }) };
}

/** What a trainer of such a generator and its discriminators is made of. */
export function adversarialParts(
  generator: TrainedGenerator,
  discriminators: readonly TrainedDiscriminator[],
  averageDecay: number,
): AdversarialParts {
  const judges = discriminators.map(({ discriminator }) => checkpointVariables(discriminator));
  return {
    weights: mergeVariables(generator.all, ...judges),
    generatorVariables: generator.variables,
    optimizers: [generator.optimizer, ...discriminators.map(({ optimizer }) => optimizer)],
    averageDecay,
  };
}

/** A discriminator and what moves it. */
export interface TrainedDiscriminator<Kind extends Discriminator = Discriminator> {
  discriminator: Kind;
  /** The trainable weights, as `discriminator64/encode0/conv/kernel`. */
  variables: NamedVariables;
  optimizer: Adam;
}

/** Gives a discriminator its starting weights and an optimiser of its own, as StackGAN++ and AttnGAN do for each scale. */
export function prepareDiscriminator<Kind extends Discriminator>(
  discriminator: Kind,
  learningRate: number,
  random: RandomStream,
): TrainedDiscriminator<Kind> {
  initializeOrthogonally(checkpointVariables(discriminator), random);
  const prefix = discriminator.backbone.name;
  const variables = discriminatorVariables(discriminator, { prefix, trainableOnly: true });
  return { discriminator, variables, optimizer: new Adam(variables, { learningRate }) };
}

/** All weights, running statistics included, as a checkpoint names them. */
function checkpointVariables(discriminator: Discriminator): NamedVariables {
  return discriminatorVariables(discriminator, { prefix: discriminator.backbone.name });
}
