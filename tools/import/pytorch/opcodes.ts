import type { PickleMachine } from './pickle-machine.js';

/** Ends a pickle. */
export const STOP = 0x2e;

/** The longest integer read, in bytes; the format would allow 2 GB. */
const MAX_INTEGER_BYTES = 255;

/**
 * What state dicts use of Python's pickle protocols 2 to 4 (opcodes of `pickletools`). What is missing here is refused,
 * above all those that make objects of named classes (INST, OBJ, NEWOBJ) and extension codes.
 */
export const OPCODES: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map([
  [0x80, proto],
  [0x95, (m) => void m.cursor.bytes(8)], // FRAME
  [0x28, (m) => m.mark()],

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4a, (m) => m.push(m.cursor.int32())], // BININT
  [0x4b, (m) => m.push(m.cursor.uint8())], // BININT1
  [0x4d, (m) => m.push(m.cursor.uint16())], // BININT2
  [0x8a, (m) => m.push(integer(m.cursor.bytes(m.cursor.uint8())))], // LONG1
  [0x8b, long4],
  [0x47, (m) => m.push(m.cursor.float64BigEndian())], // BINFLOAT

  [0x8c, (m) => m.push(m.cursor.utf8(m.cursor.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.cursor.utf8(m.cursor.uint32()))], // BINUNICODE
  [0x43, (m) => m.push(m.cursor.bytes(m.cursor.uint8()))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.cursor.bytes(m.cursor.uint32()))], // BINBYTES

  [0x29, (m) => m.push([])], // EMPTY_TUPLE
  [0x85, (m) => m.push(m.popMany(1))], // TUPLE1
  [0x86, (m) => m.push(m.popMany(2))], // TUPLE2
  [0x87, (m) => m.push(m.popMany(3))], // TUPLE3
  [0x74, (m) => m.push(m.popMark())], // TUPLE
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x61, append],
  [0x65, appends],
  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x73, (m) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m) => m.setItems(m.popMark())], // SETITEMS

  [0x71, (m) => m.remember(m.cursor.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.cursor.uint32())], // LONG_BINPUT
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x68, (m) => m.recall(m.cursor.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.cursor.uint32())], // LONG_BINGET

  [0x63, (m) => m.pushGlobal(m.cursor.line(), m.cursor.line())], // GLOBAL
  [0x93, (m) => m.pushGlobal(...pair(m.popMany(2)))], // STACK_GLOBAL
  [0x51, (m) => m.pushPersistent(m.pop())], // BINPERSID
  [0x52, (m) => m.reduce()],
  [0x62, (m) => m.build()],
]);

function proto(machine: PickleMachine): void {
  const version = machine.cursor.uint8();
  if (version < 2 || version > 4) throw machine.invalid(`expected pickle protocol 2 to 4, got ${version}`);
}

function long4(machine: PickleMachine): void {
  const length = machine.cursor.uint32();
  if (length > MAX_INTEGER_BYTES)
    throw machine.invalid(`expected integers of a few bytes, got one of ${length}`);
  machine.push(integer(machine.cursor.bytes(length)));
}

/** Two's complement, little-endian. */
function integer(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (const [i, byte] of bytes.entries()) value |= BigInt(byte) << BigInt(8 * i);
  if (((bytes.at(-1) ?? 0) & 0x80) !== 0) value -= 1n << BigInt(8 * bytes.length);
  const exact = value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
  return exact ? Number(value) : value;
}

function append(machine: PickleMachine): void {
  const [item] = machine.popMany(1);
  machine.topList().push(item);
}

function appends(machine: PickleMachine): void {
  const items = machine.popMark();
  const list = machine.topList();
  for (const item of items) list.push(item);
}

function pair([first, second]: unknown[]): [unknown, unknown] {
  return [first, second];
}
