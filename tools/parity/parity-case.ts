import type { ParityContext } from './parity-context.js';

/** What to compute for the cases of one kind. */
export interface ParityCase {
  /** Names of `index.json` that it computes; an expression has to match the whole name. */
  names: readonly (string | RegExp)[];
  /** Whether it is quick enough for the plain JavaScript backend, some two hundred times slower. @default false */
  plainCpu?: boolean;
  /**
   * Builds the models from `context.config`, loads the weights, computes, and hands every result to one of
   * `context.expect...`. Tensors and variables made here are disposed of afterwards.
   */
  run(context: ParityContext): void | Promise<void>;
}

/** For the lists in `cases/`: checks the type, changes nothing. */
export function defineCase(parityCase: ParityCase): ParityCase {
  return parityCase;
}

/** The first definition with the name itself, else the first whose expression matches. */
export function findCase(cases: readonly ParityCase[], name: string): ParityCase | undefined {
  const matches = (pattern: string | RegExp) =>
    pattern instanceof RegExp && new RegExp(`^(?:${pattern.source})$`, pattern.flags).test(name);
  return cases.find(({ names }) => names.includes(name)) ?? cases.find(({ names }) => names.some(matches));
}
