import { invalidWeights } from '../invalid-weights.js';
import { ByteCursor } from './byte-cursor.js';
import { OPCODES, STOP } from './opcodes.js';
import { PickleMachine, type PickleResolver } from './pickle-machine.js';

export interface Unpickled {
  value: unknown;
  /** Offset of the first byte after the pickle. */
  end: number;
}

export interface UnpickleOptions {
  /** Offset of the first byte. @default 0 */
  start?: number;
  limits?: PickleLimits;
}

/** What bounds time and memory: a byte of a pickle can make an object. */
export interface PickleLimits {
  bytes: number;
  operations: number;
  /** Lists, tuples, dicts, sets and objects. */
  containers: number;
}

/** Names, shapes and strides: some thirty operations and a dozen containers a tensor. */
export const STATE_DICT_LIMITS: PickleLimits = {
  bytes: 64 * 2 ** 20,
  operations: 4_000_000,
  containers: 1_000_000,
};

/**
 * Reads one pickle, protocols 0 to 5, without running anything: the opcodes build plain values, and what a global or a
 * persistent id stands for is decided by `resolver` alone. Lists and tuples become arrays, dicts maps, sets sets, bytes
 * byte arrays that are views of the file, strings of Python 2 latin-1 texts, integers beyond 2^53 bigints.
 * @param source what to call the file in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a global that the resolver does not know (named in the message), an
 * unknown opcode, a truncated, oversized or inconsistent pickle.
 */
export function unpickle(
  bytes: Uint8Array,
  resolver: PickleResolver,
  source: string,
  options: UnpickleOptions = {},
): Unpickled {
  const { start = 0, limits = STATE_DICT_LIMITS } = options;
  const cursor = new ByteCursor(bytes.subarray(0, start + limits.bytes), source, start);
  const machine = new PickleMachine(cursor, resolver, source, limits.containers);
  for (let count = 0; count < limits.operations; count++) {
    const code = cursor.uint8();
    if (code === STOP) return { value: machine.pop(), end: cursor.position };
    const operate = OPCODES.get(code);
    if (operate === undefined) {
      throw invalidWeights(source, `the pickle uses opcode 0x${code.toString(16)}, which is not allowed`);
    }
    operate(machine);
  }
  throw invalidWeights(source, `expected a pickle of at most ${limits.operations} operations`);
}
