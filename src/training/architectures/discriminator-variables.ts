import {
  mergeVariables,
  type NamedVariables,
  type VariableSelection,
  variablesOf,
} from '../weights/named-variables.js';
import { type Discriminator, discriminatorModels } from './discriminator.js';

/**
 * The weights of a discriminator, backbone and heads, by name; without `prefix` in the selection as `encode0/conv/kernel`,
 * `conditional/out/bias`.
 */
export function discriminatorVariables(
  discriminator: Discriminator,
  selection: VariableSelection = {},
): NamedVariables {
  return mergeVariables(...discriminatorModels(discriminator).map((model) => variablesOf(model, selection)));
}
