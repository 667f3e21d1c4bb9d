import {
  mergeVariables,
  type NamedVariables,
  type VariableSelection,
  variablesOf,
} from '../weights/named-variables.js';
import type { Discriminator } from './discriminator.js';

/**
 * The weights of a discriminator, backbone and heads, by name; without `prefix` in the selection as `encode0/conv/kernel`,
 * `conditional/out/bias`.
 */
export function discriminatorVariables(
  { backbone, conditionalHead, unconditionalHead }: Discriminator,
  selection: VariableSelection = {},
): NamedVariables {
  const models = [backbone, conditionalHead, unconditionalHead].filter((model) => model !== undefined);
  return mergeVariables(...models.map((model) => variablesOf(model, selection)));
}
