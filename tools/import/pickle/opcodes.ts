import type { PickleMachine } from './pickle-machine.js';
import { floatOf, integerOf, integerOfBytes, pythonString, rawUnicode } from './text-values.js';

/** Ends a pickle. */
export const STOP = 0x2e;

const NEWEST_PROTOCOL = 5;
/** The longest integer read, in bytes; the format would allow 2 GB. */
const MAX_INTEGER_BYTES = 255;

/**
 * Python's pickle protocols 0 to 5 (opcodes of `pickletools`). Objects are made by functions of the resolver alone, so
 * INST, OBJ and NEWOBJ are calls like REDUCE. Not read: extension codes (0x82 to 0x84), which name classes by numbers,
 * and buffers outside the pickle (0x97, 0x98).
 */
export const OPCODES: ReadonlyMap<number, (machine: PickleMachine) => void> = new Map([
  [0x80, proto],
  [0x95, (m) => void m.cursor.bytes(8)], // FRAME
  [0x28, (m) => m.mark()],
  [0x30, (m) => void m.pop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x49, integerLine], // INT
  [0x4c, (m) => m.push(readText(m, integerOf))], // LONG
  [0x46, (m) => m.push(readText(m, floatOf))], // FLOAT
  [0x4a, (m) => m.push(m.cursor.int32())], // BININT
  [0x4b, (m) => m.push(m.cursor.uint8())], // BININT1
  [0x4d, (m) => m.push(m.cursor.uint16())], // BININT2
  [0x8a, (m) => m.push(integerOfBytes(m.cursor.bytes(m.cursor.uint8())))], // LONG1
  [0x8b, long4],
  [0x47, (m) => m.push(m.cursor.float64BigEndian())], // BINFLOAT

  [0x53, (m) => m.push(readText(m, pythonString))], // STRING
  [0x55, (m) => m.push(m.cursor.latin1(m.cursor.uint8()))], // SHORT_BINSTRING
  [0x54, (m) => m.push(m.cursor.latin1(m.cursor.uint32()))], // BINSTRING
  [0x56, (m) => m.push(readText(m, rawUnicode))], // UNICODE
  [0x8c, (m) => m.push(m.cursor.utf8(m.cursor.uint8()))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.cursor.utf8(m.cursor.uint32()))], // BINUNICODE
  [0x8d, (m) => m.push(m.cursor.utf8(m.cursor.uint64()))], // BINUNICODE8
  [0x43, (m) => m.push(m.cursor.bytes(m.cursor.uint8()))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.cursor.bytes(m.cursor.uint32()))], // BINBYTES
  [0x8e, (m) => m.push(m.cursor.bytes(m.cursor.uint64()))], // BINBYTES8
  [0x96, (m) => m.push(m.cursor.bytes(m.cursor.uint64()))], // BYTEARRAY8

  [0x29, (m) => m.pushContainer([])], // EMPTY_TUPLE
  [0x85, (m) => m.pushContainer(m.popMany(1))], // TUPLE1
  [0x86, (m) => m.pushContainer(m.popMany(2))], // TUPLE2
  [0x87, (m) => m.pushContainer(m.popMany(3))], // TUPLE3
  [0x74, (m) => m.pushContainer(m.popMark())], // TUPLE
  [0x5d, (m) => m.pushContainer([])], // EMPTY_LIST
  [0x6c, (m) => m.pushContainer(m.popMark())], // LIST
  [0x61, (m) => m.append(m.popMany(1))], // APPEND
  [0x65, (m) => m.append(m.popMark())], // APPENDS
  [0x7d, (m) => m.pushContainer(new Map())], // EMPTY_DICT
  [0x64, dict],
  [0x73, (m) => m.setItems(m.popMany(2))], // SETITEM
  [0x75, (m) => m.setItems(m.popMark())], // SETITEMS
  [0x8f, (m) => m.pushContainer(new Set())], // EMPTY_SET
  [0x90, (m) => m.addItems(m.popMark())], // ADDITEMS
  [0x91, (m) => m.pushContainer(new Set(m.popMark()))], // FROZENSET

  [0x70, (m) => m.remember(readText(m, indexOf))], // PUT
  [0x71, (m) => m.remember(m.cursor.uint8())], // BINPUT
  [0x72, (m) => m.remember(m.cursor.uint32())], // LONG_BINPUT
  [0x94, (m) => m.remember()], // MEMOIZE
  [0x67, (m) => m.recall(readText(m, indexOf))], // GET
  [0x68, (m) => m.recall(m.cursor.uint8())], // BINGET
  [0x6a, (m) => m.recall(m.cursor.uint32())], // LONG_BINGET

  [0x63, (m) => m.push(m.global(m.cursor.line(), m.cursor.line()))], // GLOBAL
  [0x93, stackGlobal],
  [0x50, (m) => m.pushPersistent(m.cursor.line())], // PERSID
  [0x51, (m) => m.pushPersistent(m.pop())], // BINPERSID
  [0x52, reduce],
  [0x81, reduce], // NEWOBJ
  [0x92, newObjectEx],
  [0x69, (m) => m.call(m.global(m.cursor.line(), m.cursor.line()), m.popMark())], // INST
  [0x6f, object],
  [0x62, (m) => m.build()],
]);

function proto(machine: PickleMachine): void {
  const version = machine.cursor.uint8();
  if (version > NEWEST_PROTOCOL) {
    throw machine.invalid(`expected pickle protocol 0 to ${NEWEST_PROTOCOL}, got ${version}`);
  }
}

function long4(machine: PickleMachine): void {
  const length = machine.cursor.uint32();
  if (length > MAX_INTEGER_BYTES)
    throw machine.invalid(`expected integers of a few bytes, got one of ${length}`);
  machine.push(integerOfBytes(machine.cursor.bytes(length)));
}

/** Protocol 0 writes the truth values as the integers 00 and 01. */
function integerLine(machine: PickleMachine): void {
  const text = machine.cursor.line();
  const value = text === '00' || text === '01' ? text === '01' : integerOf(text);
  if (value === undefined) throw machine.invalid('the pickle holds a number that is none');
  machine.push(value);
}

/** The rest of the line, as `parse` understands it. */
function readText<T>(machine: PickleMachine, parse: (text: string) => T | undefined): T {
  const value = parse(machine.cursor.line());
  if (value === undefined) throw machine.invalid('the pickle holds a text value that cannot be read');
  return value;
}

function indexOf(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

function dict(machine: PickleMachine): void {
  const items = machine.popMark();
  machine.pushContainer(new Map());
  machine.setItems(items);
}

function stackGlobal(machine: PickleMachine): void {
  const [module, name] = machine.popMany(2);
  machine.push(machine.global(module, name));
}

function reduce(machine: PickleMachine): void {
  const args = machine.pop();
  machine.call(machine.pop(), args);
}

/** Keyword arguments are of no use to any function here. */
function newObjectEx(machine: PickleMachine): void {
  const named = machine.pop();
  if (!(named instanceof Map) || named.size > 0)
    throw machine.invalid('the pickle calls something with keywords');
  reduce(machine);
}

function object(machine: PickleMachine): void {
  const [callee, ...args] = machine.popMark();
  machine.call(callee, args);
}
