// Small files made to take all time or memory: each is refused, or read, within a second and a few hundred megabytes.
import { describe, expect, it } from 'vitest';
import { findPart } from '../../../tools/import/models/find-part.js';
import { readEmbeddings } from '../../../tools/import/numpy/read-embeddings.js';
import { readTensorFile } from '../../../tools/import/read-tensors.js';
import { readVocabulary } from '../../../tools/import/vocabulary/read-vocabulary.js';
import { cpuMsOf } from '../../cpu-time.js';
import { temporaryChange } from './memory.js';
import { makeTorch7 } from './torch7/make-torch7.js';
import { makeZip } from './zip/make-zip.js';

const MAX_MS = 10_000;
const MAX_BYTES = 1e9;
const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

function quickly(work: () => void): void {
  let bytes = 0;
  const takenMs = cpuMsOf(() => {
    bytes = temporaryChange(work);
  });
  expect(takenMs).toBeLessThan(MAX_MS);
  expect(bytes).toBeLessThan(MAX_BYTES);
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const pickle = (opcodes: string) => latin1(`\x80\x02${opcodes}`);
/** A zip checkpoint of this pickle with one storage, four floats under the key 0. */
const checkpoint = (opcodes: string) =>
  makeZip([
    { path: 'archive/data.pkl', content: pickle(opcodes) },
    { path: 'archive/data/0', content: Buffer.from(Float32Array.of(1, 2, 3, 4).buffer) },
  ]);
const refuse = (bytes: Uint8Array, reason: RegExp) =>
  quickly(() => expect(() => readTensorFile(bytes, 'x.pth')).toThrow(invalid(reason)));

const int = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(BigInt(value));
  return `\x8a\x08${bytes.toString('latin1')}`;
};
const text = (value: string) => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(value, 'latin1'));
  return `X${length.toString('latin1')}${value}`;
};
const STORAGE = `(${text('storage')}ctorch\nFloatStorage\n${text('0')}${text('cpu')}K\x04tQ`;
/** A tensor of one number that is shown over and over. */
const shownTensor = (shape: readonly number[]) =>
  `ctorch._utils\n_rebuild_tensor_v2\n(${STORAGE}K\x00(${shape.map(int).join('')}t(${'K\x00'.repeat(shape.length)}t\x89NtR`;
const stateDict = (items: readonly [name: string, shape: readonly number[]][]) =>
  checkpoint(`}(${items.map(([name, shape]) => `${text(name)}${shownTensor(shape)}`).join('')}u.`);
/** Lists in lists, each twice in the next: as text without end. The innermost is under 0, the outermost on the stack. */
const doubled = (levels: number) =>
  `(${text('x')}lq\x00${Array.from({ length: levels }, (_, i) => `0(h${String.fromCharCode(i)}h${String.fromCharCode(i)}lq${String.fromCharCode(i + 1)}`).join('')}`;

describe('pickles that name the same again and again', () => {
  it.each([
    ['torch.device', 'ctorch\ndevice\n', /dict of tensors/],
    ['numpy.dtype', 'cnumpy\ndtype\n', /type of a object/],
  ])('%s of lists that double', (_what, callee, reason) => {
    refuse(checkpoint(`${doubled(40)}0${callee}h\x28\x85R.`), reason);
  });

  it('a dict of a dict, ten thousand times', () => {
    const items = Array.from({ length: 20_000 }, (_, i) => `J${int(i).slice(2, 6)}N`).join('');
    const bomb = `}q\x00(${items}uc__builtin__\ndict\nq\x01${'h\x01h\x00\x85R0'.repeat(10_000)}h\x00.`;
    refuse(checkpoint(bomb), /more than it holds/);
  });

  it('bytes of a text, ten thousand times', () => {
    const big = text('a'.repeat(2 ** 20));
    const bomb = `${big}q\x00c_codecs\nencode\nq\x01${text('latin1')}q\x02${'h\x01h\x00h\x02\x86R'.repeat(10_000)}.`;
    refuse(checkpoint(bomb), /more than it holds/);
  });

  it('arrays of the same bytes, ten thousand times', () => {
    const numbers = 2 ** 18;
    const array = 'h\x01)RK\x01(JSIZEtq\x05'.replace('SIZE', int(numbers).slice(2, 6));
    const begin = `${text('a'.repeat(4 * numbers))}q\x00cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\ndtype\n${text('f4')}\x85Rq\x02`;
    const bomb = `${begin}${array}000${`h\x01)R(K\x01h\x05h\x02\x89h\x00tb`.repeat(10_000)}l.`;
    quickly(() =>
      expect(() => readEmbeddings(pickle(`(${bomb}`), 'x')).toThrow(invalid(/more than it holds|stack/)),
    );
  });

  it('a long number that is none', () => {
    refuse(checkpoint(`F${'1'.repeat(1_000_000)}x\n.`), /cannot be read/);
  });

  it('a name of megabytes in a thousand dicts', () => {
    const dict = (i: number) => `${text(`d${i}`)}}h\x00h\x01s`;
    const bomb = `${text('n'.repeat(2 ** 22))}q\x000${shownTensor([4])}q\x010}(${Array.from({ length: 1000 }, (_, i) => dict(i)).join('')}u.`;
    refuse(checkpoint(bomb), /names of at most 1000/);
  });
});

describe('what is no value of a checkpoint', () => {
  it.each([
    ['an extension code', '\x82\x01.', /opcode 0x82/],
    ['a buffer outside', '\x97.', /opcode 0x97/],
    ['protocol 6', '\x80\x06N.', /protocol 0 to 5, got 6/],
    ['a name of numbers', 'K\x01K\x02\x93.', /name is no text/],
    ['a value that was not remembered', 'h\x07.', /refers to value 7/],
    ['a call of a dict', '})R.', /no function/],
    ['a call without a list', 'ccollections\nOrderedDict\nK\x01R.', /no function/],
    ['a reference as a line', 'Pstorage\n.', /no tensor storage/],
    ['a reference of a number', 'K\x01Q.', /no tensor storage/],
    ['a reference of nothing', ')Q.', /no tensor storage/],
    ['a storage of another kind', `(${text('module')}NNNNtQ.`, /no tensor storage/],
    ['a storage without a type', `(${text('storage')}N${text('0')}NK\x04tQ.`, /no tensor storage/],
    [
      'a storage below zero',
      `(${text('storage')}ctorch\nFloatStorage\n${text('0')}NJ\xff\xff\xff\xfftQ.`,
      /no tensor storage/,
    ],
    [
      'sizes that are no numbers',
      `ctorch._utils\n_rebuild_tensor_v2\n(${STORAGE}K\x00(Nt)\x89NtR.`,
      /lacks its storage/,
    ],
    ['an integer of 256 bytes', `\x8b\x00\x01\x00\x00${'\x01'.repeat(256)}.`, /integers of a few bytes/],
    ['eval', 'cbuiltins\neval\n.', /'builtins\.eval'/],
    ['a way to eval', `${text('builtins')}${text('getattr')}\x93.`, /'builtins\.getattr'/],
  ])('%s', (_what, opcodes, reason) => {
    refuse(checkpoint(opcodes), reason);
  });
});

describe('tensors that are more than their file', () => {
  it('one number shown a billion times', () => {
    refuse(stateDict([['w', [2 ** 30]]]), /larger than the file/);
    refuse(stateDict([['w', [2 ** 40, 2 ** 40, 2 ** 40]]]), /larger than the file/);
  });

  it('a storage that is smaller than said, and a view beyond it', () => {
    refuse(
      checkpoint(`}${text('w')}${shownTensor([1]).replace('K\x04tQ', 'K\x08tQ')}s.`),
      /32 bytes, got 16/,
    );
    refuse(
      checkpoint(`}${text('w')}${shownTensor([1]).replace('tQK\x00', 'tQK\x04')}s.`),
      /element 4 of a storage of 4/,
    );
  });

  it('a model of sizes that only a few of its tensors have takes no memory', () => {
    const wide = stateDict([
      ['h_net1.fc.0.weight', [2 ** 22, 2]],
      ['h_net1.upsample1.1.weight', [4, 4, 3, 3]],
    ]);
    const generator = { path: 'x.pth', bytes: wide };
    quickly(() =>
      expect(() => findPart(generator, ['generator'])).toThrow(
        invalid(/h_net1\.upsample1\.1\.weight: expected \[131072, 131072, 3, 3\].*received \[4, 4, 3, 3\]/),
      ),
    );
    const long = stateDict([
      ['encoder.weight', [10, 2]],
      ['rnn.weight_hh_l0', [1, 2 ** 22]],
    ]);
    quickly(() =>
      expect(() => findPart({ path: 'x.pth', bytes: long }, ['text-encoder'])).toThrow(
        invalid(/rnn\.weight_ih_l0: expected \[16777216, 2\].*there is none/),
      ),
    );
  });

  it('ten thousand stages', () => {
    const tensor = `${shownTensor([1])}q\x000`;
    const names = Array.from({ length: 10_000 }, (_, i) => `${text(`h_net${i + 1}.fc.0.weight`)}h\x00`);
    const file = { path: 'x.pth', bytes: checkpoint(`${tensor}}(${names.join('')}u.`) };
    quickly(() => expect(() => findPart(file, ['generator'])).toThrow(invalid(/x\.pth/)));
  });

  it('an archive whose pickle unpacks to gigabytes', () => {
    const zeros = { path: 'archive/data.pkl', content: 'N.', deflate: true, claim: { size: 2 ** 31 } };
    refuse(makeZip([zeros]), /would unpack to 2147483648 bytes/);
  });
});

describe('vocabularies', () => {
  it('a dict that is its own words, and keys that double', () => {
    quickly(() =>
      expect(() => readVocabulary(pickle(`}q\x00${text('words')}h\x00s.`), 'x')).toThrow(
        invalid(/each index/),
      ),
    );
    const keys = `${doubled(40)}0}h\x28${text('w')}s.`;
    quickly(() => expect(() => readVocabulary(pickle(keys), 'x')).toThrow(invalid(/each index/)));
  });

  it('lines without end', () => {
    quickly(() =>
      expect(() => readVocabulary(Buffer.alloc(2 ** 25 + 1, '\n'), 'x')).toThrow(invalid(/bytes of text/)),
    );
  });
});

describe('Torch7', () => {
  it('a table of 150,000 numbers', () => {
    const table = new Map(Array.from({ length: 150_000 }, (_, i) => [i, i]));
    refuse(makeTorch7(table), /0 convolutions/);
  });

  it('a graph whose nodes all take a thousand others', () => {
    const data = () => new Map<unknown, unknown>([['module', { class: 'nn.Tanh', fields: new Map() }]]);
    const nodes = Array.from({ length: 2000 }, data);
    const all = new Map(nodes.map((node, i) => [i + 1, node]));
    for (const node of nodes) node.set('mapindex', all);
    refuse(makeTorch7(all), /more than 1000000 edges/);
  });

  it('one number shown a billion times', () => {
    refuse(
      makeTorch7(new Map([['w', { shape: [2 ** 30], strides: [0], data: [1] }]])),
      /larger than the file/,
    );
  });
});
