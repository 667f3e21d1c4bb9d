import { mergeVariables, type NamedVariables } from '../weights/named-variables.js';
import type { MovingAverage } from './moving-average.js';
import type { Optimizer } from './optimizer.js';

/** What a checkpoint needs beside the weights: the moments of all optimisers (`adam/...`), and the averages (`average/...`). */
export function optimizerVariables(
  optimizers: readonly Pick<Optimizer, 'moments'>[],
  average: MovingAverage | undefined,
): NamedVariables {
  const moments = optimizers.map((optimizer) => prefixed(optimizer.moments(), 'adam'));
  return mergeVariables(...moments, prefixed(average?.averages ?? new Map(), 'average'));
}

function prefixed(variables: NamedVariables, prefix: string): NamedVariables {
  return new Map([...variables].map(([name, variable]) => [`${prefix}/${name}`, variable]));
}
