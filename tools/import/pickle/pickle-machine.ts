import { invalidWeights } from '../invalid-weights.js';
import type { ByteCursor } from './byte-cursor.js';

/** How many marks may be open at a time; real files open a handful. */
const MAX_DEPTH = 1000;
/** Of a name in a message: a file may make it as long as it likes. */
const MAX_NAME_LENGTH = 200;
/** What functions are given, in items and characters, for each byte of the file: what it names again is counted again. */
const GIVEN_PER_BYTE = 4;
const LEAST_GIVEN = 2 ** 16;

/** Something a pickle may call by name: our own code, never the file's. */
export class PickleFunction {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
}

/** An object that a pickle fills after it has made it, as NumPy's arrays. */
export abstract class PickledObject {
  /** Gives a reason why the state cannot be, if it cannot. */
  abstract setState(state: unknown): string | undefined;
}

/** Decides what names in a pickle stand for. */
export interface PickleResolver {
  /** Gives undefined for a global that is not allowed. */
  resolveGlobal: (name: string) => unknown;
  /** Gives undefined for an id that is not understood. */
  resolvePersistent: (id: unknown) => unknown;
}

/** The stack and memo that pickle opcodes work on. */
export class PickleMachine {
  readonly cursor: ByteCursor;
  readonly #resolver: PickleResolver;
  readonly #source: string;
  /** An array, in which a million values are found in a tenth of the time of a map. */
  readonly #memo: unknown[] = [];
  #remembered = 0;
  #containersLeft: number;
  #givenLeft: number;
  #stack: unknown[] = [];
  /** Stacks set aside by MARK. */
  readonly #outer: unknown[][] = [];

  /** @param maxContainers lists, tuples, dicts and sets that the pickle may make: a byte makes one. */
  constructor(cursor: ByteCursor, resolver: PickleResolver, source: string, maxContainers: number) {
    this.cursor = cursor;
    this.#resolver = resolver;
    this.#source = source;
    this.#containersLeft = maxContainers;
    this.#givenLeft = LEAST_GIVEN + GIVEN_PER_BYTE * cursor.length;
  }

  push(value: unknown): void {
    this.#stack.push(value);
  }

  pushContainer(container: unknown): void {
    this.#containersLeft -= 1;
    if (this.#containersLeft < 0)
      throw this.invalid('the pickle makes more lists and tuples than such a file has');
    this.#stack.push(container);
  }

  pop(): unknown {
    if (this.#stack.length === 0) throw this.invalid('a value was expected on the stack of the pickle');
    return this.#stack.pop();
  }

  top(): unknown {
    if (this.#stack.length === 0) throw this.invalid('a value was expected on the stack of the pickle');
    return this.#stack.at(-1);
  }

  popMany(count: number): unknown[] {
    if (this.#stack.length < count) throw this.invalid('a value was expected on the stack of the pickle');
    return this.#stack.splice(-count, count);
  }

  mark(): void {
    if (this.#outer.length === MAX_DEPTH)
      throw this.invalid(`the pickle is nested more than ${MAX_DEPTH} deep`);
    this.#outer.push(this.#stack);
    this.#stack = [];
  }

  /** The values since the last mark. */
  popMark(): unknown[] {
    const outer = this.#outer.pop();
    if (outer === undefined) throw this.invalid('a mark was expected on the stack of the pickle');
    const items = this.#stack;
    this.#stack = outer;
    return items;
  }

  /** Remembers the top of the stack, by default under the next free number. */
  remember(index = this.#remembered): void {
    if (!(index in this.#memo)) this.#remembered += 1;
    this.#memo[index] = this.top();
  }

  recall(index: number): void {
    if (!(index in this.#memo))
      throw this.invalid(`the pickle refers to value ${index}, which it did not define`);
    this.push(this.#memo[index]);
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw this.invalid('the pickle appends to something that is no list');
    for (const item of items) list.push(item);
  }

  addItems(items: readonly unknown[]): void {
    const set = this.top();
    if (!(set instanceof Set)) throw this.invalid('the pickle adds to something that is no set');
    for (const item of items) set.add(item);
  }

  setItems(items: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw this.invalid('the pickle sets items of something that is no dict');
    }
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  /** What a name stands for. @throws WordbrushError WEIGHTS_INVALID with the name, if it is not allowed. */
  global(module: unknown, name: unknown): unknown {
    if (typeof module !== 'string' || typeof name !== 'string') {
      throw this.invalid('the pickle asks for something whose name is no text');
    }
    const global = `${module}.${name}`;
    const resolved = this.#resolver.resolveGlobal(global);
    if (resolved === undefined) {
      const shown = global.slice(0, MAX_NAME_LENGTH);
      throw this.invalid(`the pickle asks for '${shown}', which is not allowed`);
    }
    return resolved;
  }

  pushPersistent(id: unknown): void {
    const resolved = this.#resolver.resolvePersistent(id);
    if (resolved === undefined) throw this.invalid('the pickle holds a reference that is no tensor storage');
    this.push(resolved);
  }

  /** Calls one of the resolver's functions and pushes what it gives. */
  call(callee: unknown, args: unknown): void {
    if (!(callee instanceof PickleFunction) || !Array.isArray(args)) {
      throw this.invalid('the pickle calls something that is no function');
    }
    this.#countGiven(args);
    this.pushContainer(callee.call(args));
  }

  /** Attributes of a dict, such as the `_metadata` of a state dict, carry no weights and are dropped. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (target instanceof Map) return;
    this.#countGiven(Array.isArray(state) ? state : [state]);
    const problem =
      target instanceof PickledObject
        ? target.setState(state)
        : 'the pickle sets attributes of something that is no dict';
    if (problem !== undefined) throw this.invalid(problem);
  }

  /** Functions copy what they are given, which a few bytes may name a million times. */
  #countGiven(values: readonly unknown[]): void {
    for (const value of values) this.#givenLeft -= 1 + sizeOf(value);
    if (this.#givenLeft < 0) throw this.invalid('the pickle gives its functions more than it holds');
  }

  invalid(reason: string): Error {
    return invalidWeights(this.#source, reason);
  }
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string' || Array.isArray(value) || value instanceof Uint8Array) return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 0;
}
