import { describe, expect, it } from 'vitest';
import { unpickle } from '../../../../tools/import/pickle/unpickle.js';
import { torchGlobals } from '../../../../tools/import/pytorch/torch-globals.js';

const resolver = {
  resolveGlobal: (name: string) => torchGlobals('x.pth').get(name),
  resolvePersistent: () => undefined,
};

/** Protocol 2, then the given opcodes as latin-1 text. */
function read(opcodes: string): unknown {
  return unpickle(Buffer.from(`\x80\x02${opcodes}`, 'latin1'), resolver, 'x.pth').value;
}

const text = (value: string) => `X${String.fromCharCode(value.length)}\0\0\0${value}`;
const refused = (part: string | RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

describe('unpickle', () => {
  // Each made with Python's pickle.dumps(value, 2).
  it.each<[string, unknown]>([
    ['N.', null],
    ['\x88.', true],
    ['K\x07.', 7],
    ['M\x2c\x01.', 300],
    ['J\xff\xff\xff\xff.', -1],
    ['\x8a\x06\0\0\0\0\0\x01.', 2 ** 40],
    ['\x8a\x01\xff.', -1],
    ['\x8a\x09\0\0\0\0\0\0\0\0\x01.', 2n ** 64n],
    ['G?\xf8\0\0\0\0\0\0.', 1.5],
    [`${text('key')}.`, 'key'],
    [').', []],
    ['K\x01K\x02\x86q\0.', [1, 2]],
    ['(K\x01K\x02K\x03K\x04tq\0.', [1, 2, 3, 4]],
    [']q\0(K\x01K\x02e.', [1, 2]],
    [
      `}q\0(${text('a')}K\x01${text('b')}K\x02u.`,
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    ['ccollections\nOrderedDict\nq\0)Rq\x01.', new Map()],
  ])('reads %j', (opcodes, value) => {
    expect(read(opcodes)).toEqual(value);
  });

  it('gives a value used twice as one', () => {
    const value = read(']q\0h\0\x86.');
    expect(Array.isArray(value) && value[0] === value[1]).toBe(true);
  });

  it.each([
    ['os.system', `cposix\nsystem\n${text('echo x')}\x85R.`, /'posix\.system'/],
    ['eval', `cbuiltins\neval\n${text('1')}\x85R.`, /'builtins\.eval'/],
    ['subprocess', `csubprocess\nPopen\n)R.`, /'subprocess\.Popen'/],
    ['a global named on the stack', '\x8c\x05posix\x8c\x06system\x93.', /'posix\.system'/],
    ['torch.load itself', 'ctorch\nload\n)R.', /'torch\.load'/],
    ['a name that JavaScript objects have', 'c__proto__\nconstructor\n)R.', /'__proto__\.constructor'/],
    [
      'a foreign global below an allowed one',
      'ccollections\nOrderedDict.__init__\n)R.',
      /OrderedDict\.__init__'/,
    ],
  ])('refuses %s by name', (_what, opcodes, reason) => {
    expect(() => read(opcodes)).toThrow(refused(reason));
  });

  it.each([
    ['INST', '(iposix\nsystem\n.', /'posix\.system'/],
    ['OBJ', `(cposix\nsystem\n${text('echo x')}o.`, /'posix\.system'/],
    ['NEWOBJ', 'cposix\nsystem\n)\x81.', /'posix\.system'/],
    ['NEWOBJ_EX', 'cposix\nsystem\n)}\x92.', /'posix\.system'/],
    ['OBJ of a value', '(K\x01o.', /no function/],
    ['an extension code', '\x82\x01.', /opcode 0x82/],
    ['a buffer outside the pickle', '\x97.', /opcode 0x97/],
    ['a text persistent id', 'Pid\n.', /no tensor storage/],
  ])('refuses %s', (_what, opcodes, reason) => {
    expect(() => read(opcodes)).toThrow(refused(reason));
  });

  // Each made with Python's pickle.dumps, protocol 0 or 1, those of Python 2 with Python 2.7's.
  it.each<[string, unknown]>([
    ['I7\n.', 7],
    ['I01\n.', true],
    ['I00\n.', false],
    ['L18446744073709551616L\n.', 2n ** 64n],
    ['F1.5\n.', 1.5],
    ['F-1e-05\n.', -1e-5],
    ["S'caf\\xe9 \\'a\\n\\\\'\np0\n.", "caf\u00e9 'a\n\\"],
    ['U\x04caf\xe9q\0.', 'caf\u00e9'],
    ['T\x04\0\0\0caf\xe9q\0.', 'caf\u00e9'],
    ['Vpolo\\u9886\np0\n.', 'polo\u9886'],
    ['(lp0\nI1\naI2\na.', [1, 2]],
    ['((I1\nI2\nltp0\n.', [[1, 2]]],
    ["(dp0\nS'a'\np1\nI1\ns.", new Map([['a', 1]])],
    ["(I1\nS'a'\nd.", new Map([[1, 'a']])],
    ['(lp0\nI1\nag0\n0.', [1]],
    ['K\x01(K\x02K\x031.', 1],
    ['K\x012\x86.', [1, 1]],
    ['\x8f(K\x01K\x01K\x02\x90.', new Set([1, 2])],
    ['(K\x01K\x02\x91.', new Set([1, 2])],
    ['\x8d\x03\0\0\0\0\0\0\0abc.', 'abc'],
    ['\x96\x02\0\0\0\0\0\0\0ab.', Uint8Array.of(97, 98)],
    ['c__builtin__\nset\n](K\x01K\x02e\x85R.', new Set([1, 2])],
    [
      'ccollections\nOrderedDict\n](]U\x01aaK\x01a]U\x01baK\x02aeq\0\x85R.',
      new Map([
        ['a', 1],
        ['b', 2],
      ]),
    ],
    ['c_codecs\nencode\nX\x02\0\0\0\xc3\xa9X\x06\0\0\0latin1\x86R.', Uint8Array.of(0xe9)],
  ])('reads %j of another protocol', (opcodes, value) => {
    const bytes = Buffer.from(opcodes, 'latin1');
    const got = unpickle(bytes, resolver, 'x.pth').value;
    expect(got instanceof Uint8Array ? new Uint8Array(got) : got).toEqual(value);
  });

  it.each([
    ['a call of something that is no function', 'K\x01)R.', /no function/],
    ['a call without arguments', 'ccollections\nOrderedDict\nR.', /value was expected/],
    ['attributes of something that is no dict', '])b.', /no dict/],
    ['items of something that is no dict', ']K\x01K\x02s.', /no dict/],
    ['an odd number of items', '}(K\x01u.', /no dict/],
    ['an item appended to a dict', '}K\x01a.', /no list/],
    ['a value from an empty stack', '.', /value was expected/],
    ['a mark that was never set', 'K\x01t.', /mark was expected/],
    ['a memory that was never made', 'h\x05.', /value 5/],
    ['a persistent id that is no storage', `${text('id')}Q.`, /no tensor storage/],
    ['a huge integer', '\x8b\xff\xff\xff\x7f.', /integers of a few bytes/],
    ['a text past the end', 'X\xff\xff\xff\x7fabc.', /expected 2147483647 bytes/],
    ['a global without its name', 'ccollections', /expected a line/],
    ['a pickle without an end', 'K\x01', /expected 1 bytes/],
    ['no pickle', '', /expected 1 bytes/],
    ['a tensor of no storage', 'ctorch._utils\n_rebuild_tensor_v2\n)R.', /lacks its storage/],
    ['an OrderedDict of what are no pairs', 'ccollections\nOrderedDict\n]K\x01a\x85R.', /made of pairs/],
    ['a number that is none', 'I1x\n.', /text value|number that is none/],
    ['a number of a million digits', `I${'9'.repeat(1_000_000)}\n.`, /number that is none/],
    ['a line without end', `I${'9'.repeat(1_100_000)}`, /line of at most/],
  ])('refuses %s', (_what, opcodes, reason) => {
    expect(() => read(opcodes)).toThrow(refused(reason));
  });

  it('refuses other protocols', () => {
    expect(unpickle(Buffer.of(0x80, 5, 0x4e, 0x2e), resolver, 'x.pth').value).toBeNull();
    expect(() => unpickle(Buffer.of(0x80, 6, 0x4e, 0x2e), resolver, 'x.pth')).toThrow(refused(/got 6/));
  });

  it('refuses nesting and lengths made to exhaust memory', () => {
    expect(() => read('('.repeat(20_000))).toThrow(refused(/1000 deep/));
    expect(() => read('N'.repeat(4_000_001))).toThrow(refused(/at most 4000000 operations/));
    expect(() => read(']'.repeat(1_000_001))).toThrow(refused(/more lists and tuples/));
    expect(() => read(`c__builtin__\nlist\nq\0${'h\0)R'.repeat(600_000)}`)).toThrow(refused(/more lists/));
  });

  it('does not follow a list that holds itself', () => {
    const list = read(']q\0h\0ah\0a.');
    expect(Array.isArray(list) && list[0] === list && list[1] === list).toBe(true);
  });

  it('runs nothing that the file defines', () => {
    const global = globalThis as { wordbrushPwned?: boolean };
    expect(() => read(`cbuiltins\nexec\n${text('globalThis.wordbrushPwned=1')}\x85R.`)).toThrow();
    expect(global.wordbrushPwned).toBeUndefined();
  });
});
