import type { ByteCursor } from './byte-cursor.js';
import { invalidCheckpoint } from './invalid-checkpoint.js';

/** How many marks may be open at a time; state dicts open a handful. */
const MAX_DEPTH = 1000;

/** Something a pickle may call by name: our own code, never the file's. */
export class PickleFunction {
  readonly name: string;
  readonly call: (args: readonly unknown[]) => unknown;

  constructor(name: string, call: (args: readonly unknown[]) => unknown) {
    this.name = name;
    this.call = call;
  }
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
  readonly #memo = new Map<number, unknown>();
  #stack: unknown[] = [];
  /** Stacks set aside by MARK. */
  readonly #outer: unknown[][] = [];

  constructor(cursor: ByteCursor, resolver: PickleResolver, source: string) {
    this.cursor = cursor;
    this.#resolver = resolver;
    this.#source = source;
  }

  push(value: unknown): void {
    this.#stack.push(value);
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
    return Array.from({ length: count }, () => this.pop()).reverse();
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
  remember(index = this.#memo.size): void {
    this.#memo.set(index, this.top());
  }

  recall(index: number): void {
    if (!this.#memo.has(index))
      throw this.invalid(`the pickle refers to value ${index}, which it did not define`);
    this.push(this.#memo.get(index));
  }

  topList(): unknown[] {
    const list = this.top();
    if (!Array.isArray(list)) throw this.invalid('the pickle appends to something that is no list');
    return list;
  }

  setItems(items: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map) || items.length % 2 !== 0) {
      throw this.invalid('the pickle sets items of something that is no dict');
    }
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
  }

  pushGlobal(module: unknown, name: unknown): void {
    const global = `${module}.${name}`;
    const resolved = this.#resolver.resolveGlobal(global);
    if (resolved === undefined) throw this.invalid(`the pickle asks for '${global}', which is not allowed`);
    this.push(resolved);
  }

  pushPersistent(id: unknown): void {
    const resolved = this.#resolver.resolvePersistent(id);
    if (resolved === undefined) throw this.invalid('the pickle holds a reference that is no tensor storage');
    this.push(resolved);
  }

  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    if (!(callee instanceof PickleFunction) || !Array.isArray(args)) {
      throw this.invalid('the pickle calls something that is no function');
    }
    this.push(callee.call(args));
  }

  /** Attributes of a dict, such as the `_metadata` of a state dict, carry no weights and are dropped. */
  build(): void {
    this.pop();
    if (!(this.top() instanceof Map))
      throw this.invalid('the pickle sets attributes of something that is no dict');
  }

  invalid(reason: string): Error {
    return invalidCheckpoint(this.#source, reason);
  }
}
