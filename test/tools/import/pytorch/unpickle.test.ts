import { describe, expect, it } from 'vitest';
import { torchGlobals } from '../../../../tools/import/pytorch/torch-globals.js';
import { unpickle } from '../../../../tools/import/pytorch/unpickle.js';

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
    ['INST', `(iposix\nsystem\n.`, '69'],
    ['OBJ', '(o.', '6f'],
    ['NEWOBJ', '))\x81.', '81'],
    ['EXT1', '\x82\x01.', '82'],
    ['text persistent ids', 'Pid\n.', '50'],
  ])('refuses the opcode %s', (_what, opcodes, code) => {
    expect(() => read(opcodes)).toThrow(refused(`opcode 0x${code}`));
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
    ['an OrderedDict of items', 'ccollections\nOrderedDict\n]\x85R.', /item by item/],
  ])('refuses %s', (_what, opcodes, reason) => {
    expect(() => read(opcodes)).toThrow(refused(reason));
  });

  it('refuses other protocols', () => {
    expect(() => unpickle(Buffer.of(0x80, 5, 0x4e, 0x2e), resolver, 'x.pth')).toThrow(refused(/got 5/));
    expect(() => unpickle(Buffer.from('I1\n.'), resolver, 'x.pth')).toThrow(refused(/opcode 0x49/));
  });

  it('refuses nesting and lengths made to exhaust memory', () => {
    expect(() => read('('.repeat(2_000_000))).toThrow(refused(/1000 deep/));
    expect(() => read(']'.repeat(4_000_001))).toThrow(refused(/at most 4000000 operations/));
  });

  it('runs nothing that the file defines', () => {
    const global = globalThis as { wordbrushPwned?: boolean };
    expect(() => read(`cbuiltins\nexec\n${text('globalThis.wordbrushPwned=1')}\x85R.`)).toThrow();
    expect(global.wordbrushPwned).toBeUndefined();
  });
});
