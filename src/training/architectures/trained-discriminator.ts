import type { RandomStream } from '../../sdk/noise/random-stream.js';
import { Adam } from '../optimizers/adam.js';
import type { NamedVariables } from '../weights/named-variables.js';
import { initializeOrthogonally } from '../weights/orthogonal-weights.js';
import type { Discriminator } from './discriminator.js';
import { discriminatorVariables } from './discriminator-variables.js';

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
export function checkpointVariables(discriminator: Discriminator): NamedVariables {
  return discriminatorVariables(discriminator, { prefix: discriminator.backbone.name });
}
