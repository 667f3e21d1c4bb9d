import { MODULE_PREFIX } from '../official-names/load-official.js';
import type { NamedTensors } from '../read-tensors.js';

/** More blocks or stages than any model here has. */
const MAX_COUNT = 100;

/** Shapes of a state dict by official key, without the `module.` of DataParallel. */
export class Shapes {
  readonly #shapes: ReadonlyMap<string, readonly number[]>;

  constructor(tensors: NamedTensors) {
    this.#shapes = new Map([...tensors].map(([name, { shape }]) => [name.replace(MODULE_PREFIX, ''), shape]));
  }

  has(name: string): boolean {
    return this.#shapes.has(name);
  }

  /** Whether any name begins so. */
  hasBelow(prefix: string): boolean {
    for (const name of this.#shapes.keys()) if (name.startsWith(prefix)) return true;
    return false;
  }

  /** Undefined without the tensor. */
  of(name: string): readonly number[] | undefined {
    return this.#shapes.get(name);
  }

  /** The size of an axis; undefined without the tensor or the axis. */
  size(name: string, axis: number): number | undefined {
    return this.#shapes.get(name)?.[axis];
  }

  /** How many of `prefix0suffix`, `prefix1suffix`, ... there are, counting from `first` up to the first gap, at most 100. */
  count(prefix: string, suffix: string, first = 0): number {
    let number = first;
    while (number - first < MAX_COUNT && this.hasBelow(`${prefix}${number}${suffix}`)) number++;
    return number - first;
  }
}
