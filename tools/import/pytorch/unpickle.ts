import { ByteCursor } from './byte-cursor.js';
import { invalidCheckpoint } from './invalid-checkpoint.js';
import { OPCODES, STOP } from './opcodes.js';
import { PickleMachine, type PickleResolver } from './pickle-machine.js';

/** A pickle larger than this holds more than the names and shapes of weights. */
const MAX_PICKLE_BYTES = 64 * 2 ** 20;
/** Some thirty name a tensor; the cap bounds memory, since a byte can make an object. */
const MAX_OPCODES = 4_000_000;

export interface Unpickled {
  value: unknown;
  /** Offset of the first byte after the pickle. */
  end: number;
}

/**
 * Reads one pickle, protocols 2 to 4, without running anything: the opcodes build plain values, and what a global or a
 * persistent id stands for is decided by `resolver` alone. Lists and tuples become arrays, dicts become maps, integers
 * beyond 2^53 become bigints.
 * @param source what to call the file in a message.
 * @throws {WordbrushError} `WEIGHTS_INVALID` for a global that the resolver does not know (named in the message), an
 * unknown opcode, a truncated or inconsistent pickle.
 */
export function unpickle(bytes: Uint8Array, resolver: PickleResolver, source: string, start = 0): Unpickled {
  const cursor = new ByteCursor(bytes.subarray(0, start + MAX_PICKLE_BYTES), source, start);
  const machine = new PickleMachine(cursor, resolver, source);
  for (let count = 0; count < MAX_OPCODES; count++) {
    const code = cursor.uint8();
    if (code === STOP) return { value: machine.pop(), end: cursor.position };
    const operate = OPCODES.get(code);
    if (operate === undefined) {
      throw invalidCheckpoint(source, `the pickle uses opcode 0x${code.toString(16)}, which is not allowed`);
    }
    operate(machine);
  }
  throw invalidCheckpoint(source, `expected a pickle of at most ${MAX_OPCODES} operations`);
}
