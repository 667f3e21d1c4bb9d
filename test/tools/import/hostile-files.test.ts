// Files made to do harm, damaged files and random bytes: each is refused with a WordbrushError, soon and in little memory.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WordbrushError } from '../../../src/sdk/errors.js';
import { detectPart } from '../../../tools/import/detect/detect-part.js';
import { readEmbeddings } from '../../../tools/import/numpy/read-embeddings.js';
import { readNpy } from '../../../tools/import/numpy/read-npy.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import { readTensorFile } from '../../../tools/import/read-tensors.js';
import { readTorch7 } from '../../../tools/import/torch7/read-torch7.js';
import { readVocabulary } from '../../../tools/import/vocabulary/read-vocabulary.js';
import { cpuMsOf } from '../../cpu-time.js';
import { makeZip } from './zip/make-zip.js';

const FIXTURES = 'test/fixtures/pytorch';
const FILES = [
  'odd.zip.pth',
  'odd.legacy.pth',
  'odd.nested.zip.pth',
  'attngan-text-encoder.tiny.flat.legacy.pth',
];
const invalid = (part: RegExp) =>
  expect.objectContaining({ code: 'WEIGHTS_INVALID', message: expect.stringMatching(part) });

/** Every reader on the same bytes: each reads them or refuses them. */
function readAll(bytes: Uint8Array): void {
  for (const read of [readEverything, readVocabulary, readEmbeddings, readNpy, readTorch7]) {
    try {
      read(bytes, 'x');
    } catch (error) {
      if (!(error instanceof WordbrushError)) throw error;
    }
  }
}

function readEverything(bytes: Uint8Array, source: string): void {
  for (const tensors of readTensorFile(bytes, source).dicts.values()) {
    detectPart(tensors);
    for (const { data } of tensors.values()) expect(data.length).toBeGreaterThanOrEqual(0);
  }
}

/** A zip checkpoint of this pickle. */
const checkpoint = (opcodes: string) =>
  makeZip([
    { path: 'archive/data.pkl', content: Buffer.from(`\x80\x02${opcodes}`, 'latin1') },
    { path: 'archive/data/0', content: Buffer.from(Float32Array.of(1, 2, 3, 4).buffer) },
  ]);
const refuse = (bytes: Uint8Array, reason: RegExp) => {
  const takenMs = cpuMsOf(() => expect(() => readEverything(bytes, 'x.pth')).toThrow(invalid(reason)));
  expect(takenMs).toBeLessThan(10_000);
};

describe('hostile files', () => {
  it.each(FILES)('%s is refused at every 1,000th byte, and never misread when bytes change', (file) => {
    const whole = readFileSync(`${FIXTURES}/${file}`);
    for (let length = 0; length < whole.length; length += 1000) {
      expect(() => readEverything(whole.subarray(0, length), file)).toThrow(invalid(/Cannot|expected/));
    }
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 }),
        (changes) => {
          const bytes = Buffer.from(whole);
          for (const [at, value] of changes) bytes[at] = value;
          readAll(bytes);
        },
      ),
      { numRuns: 150, seed: 9 },
    );
  });

  it('random bytes are refused, with and without the beginning of a real file', () => {
    const beginnings = [
      Buffer.alloc(0),
      Buffer.from('\x80\x02', 'latin1'),
      readFileSync(`${FIXTURES}/odd.legacy.pth`).subarray(0, 60),
      Buffer.from('PK\x03\x04', 'latin1'),
      Buffer.from('\x93NUMPY\x01\0', 'latin1'),
      Buffer.from([4, 0, 0, 0, 1, 0, 0, 0, 3, 0, 0, 0]),
    ];
    fc.assert(
      fc.property(fc.constantFrom(...beginnings), fc.uint8Array({ maxLength: 400 }), (beginning, rest) => {
        readAll(Buffer.concat([beginning, rest]));
      }),
      { numRuns: 2000, seed: 9 },
    );
  });

  it('random opcodes are refused or read', () => {
    const opcodes = [...'().0120NIJKLMSTUVXFGabcdefghijlopqrstuQPR]}'].map((code) => code.charCodeAt(0));
    const codes = fc.oneof(
      fc.constantFrom(...opcodes, 0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x8a, 0x8c, 0x8f, 0x90, 0x94),
      fc.nat(3),
    );
    fc.assert(
      fc.property(fc.array(codes, { maxLength: 200 }), (bytes) => {
        readAll(Buffer.from([0x80, 2, ...bytes]));
        readAll(Buffer.from([...bytes, 0x2e]));
      }),
      { numRuns: 2000, seed: 9 },
    );
  });

  it('a pickle that calls os.system is refused by that name, in every way to call', () => {
    const call = [
      'cos\nsystem\n(U\x06echo 1tR.',
      '(ios\nsystem\n.',
      '(cos\nsystem\nU\x06echo 1o.',
      'cos\nsystem\n)\x81.',
      'cos\nsystem\n)}\x92.',
      'U\x02osU\x06system\x93(U\x06echo 1tR.',
      '}U\x0c__setstate__cos\nsystem\nsb.',
      'ccollections\nOrderedDict\n(](U\x01acos\nsystem\n\x86etR.',
      '(U\x07storagecos\nsystem\nU\x010NK\x04tQ.',
    ];
    for (const opcodes of call) {
      refuse(checkpoint(opcodes), /'os\.system', which is not allowed/);
      refuse(Buffer.from(`\x80\x02${opcodes}`, 'latin1'), /.pth/);
    }
    refuse(checkpoint('c__builtin__\neval\n(U\x011tR.'), /'__builtin__\.eval'/);
    refuse(checkpoint(`c${'a'.repeat(100_000)}\nb\n.`), /asks for 'a{200}'/);
  });

  it('a whole module is explained', () => {
    refuse(
      checkpoint('cmodel\nG_NET\n)\x81}U\x08_modulescollections\nOrderedDict\n)Rsb.'),
      /whole module.*'model\.G_NET'.*state dict/,
    );
    refuse(checkpoint('ctorch.nn.modules.container\nSequential\n)\x81.'), /whole module.*state_dict\(\)/);
  });

  it.each([
    ['torch.ComplexFloatStorage', /complex numbers, .*'torch\.ComplexFloatStorage'.*float32/],
    ['torch.QInt8Storage', /quantised numbers/],
    ['torch._utils._rebuild_qtensor', /quantised numbers/],
    ['torch._utils._rebuild_sparse_tensor', /sparse or nested tensor/],
    ['torch._utils._rebuild_meta_tensor_no_storage', /numbers were not saved/],
    ['torch._utils._rebuild_tensor_v3', /unsigned or 8-bit/],
    ['__torch__.torch.nn.modules.linear.Linear', /program of TorchScript.*torch\.jit\.load/],
    [
      'argparse.Namespace',
      /more than tensors and plain values.*'argparse\.Namespace'.*Nothing in it was executed/,
    ],
  ])('a dict of DataParallel with %s beside its tensors is no whole module', (name, reason) => {
    const [module, last] = [name.slice(0, name.lastIndexOf('.')), name.slice(name.lastIndexOf('.') + 1)];
    const pickle = checkpoint(`}U\x08module.wc${module}\n${last}\n)Rs.`);
    refuse(pickle, reason);
    expect(() => readEverything(pickle, 'x.pth')).not.toThrow(/whole module/);
  });

  it('pickle bombs end soon', () => {
    refuse(checkpoint('('.repeat(2_000_000)), /1000 deep/);
    refuse(checkpoint(']'.repeat(3_000_000)), /more lists/);
    refuse(checkpoint(`${']q\0'.repeat(900_000)}.`), /tensors in the dict|more lists/);
    // A list of itself a million times, and dicts that hold each other.
    refuse(checkpoint(`]q\0${'h\0a'.repeat(1_000_000)}.`), /tensors in the dict, got none/);
    refuse(checkpoint('}q\0U\x01ah\0s}q\x01U\x01bh\x01sh\0U\x01ch\x01s0.'), /tensors/);
    refuse(checkpoint('\x8b\xff\xff\xff\x7f'), /integers of a few bytes/);
    refuse(checkpoint('X\xff\xff\xff\xff'), /expected 4294967295 bytes/);
    refuse(checkpoint('\x8e\xff\xff\xff\xff\xff\xff\xff\x7f'), /expected a length/);
  });

  it('archives that unpack to more than they hold are refused before that', () => {
    const zeros = Buffer.alloc(2 ** 24);
    const pickle = writeStateDictPickle();
    refuse(
      makeZip([pickle, { path: 'archive/data/0', content: zeros, deflate: true }]),
      /storage of 16 bytes, got 16777216/,
    );
    refuse(
      makeZip([pickle, { path: 'archive/data/0', content: zeros, deflate: true, claim: { size: 16 } }]),
      /does not unpack/,
    );
    const same = { path: 'archive/data/0', content: Buffer.alloc(16) };
    refuse(
      makeZip([
        pickle,
        same,
        { ...same, path: 'archive/data/1', claim: { localHeader: 30 + 16 + pickle.content.length } },
      ]),
      /overlaps another entry/,
    );
  });

  it('an archive with paths out of it, or with two pickles, is refused', () => {
    const pickle = writeStateDictPickle();
    const other = (path: string) => makeZip([pickle, { path, content: '' }]);
    for (const path of ['../../x', '/x', 'archive/data/../../x', 'archive\\x', 'C:\\x', 'a\0b', '..']) {
      refuse(other(path), /paths inside the archive, got/);
    }
    refuse(other('b/data.pkl'), /a data\.pkl in the archive, got several/);
    refuse(makeZip([{ path: 'data.pkl', content: '' }]), /a data\.pkl in the archive, got none/);
  });

  it('what a terminal would obey is not in the message', () => {
    refuse(checkpoint('cos\x1b[2J\nsystem\n.'), /asks for 'os\\u001b\[2J\.system'/);
    const named = writeStateDict(
      new Map([['w\x1b[2J', { dtype: 'F32', shape: [1], data: Float32Array.of(1) }]]),
    );
    refuse(named, /names without control characters, got 'w\\u001b\[2J'/);
  });

  it('big-endian files are refused', () => {
    const [pickle] = [writeStateDictPickle()];
    refuse(makeZip([pickle, { path: 'archive/byteorder', content: 'big' }]), /little-endian/);
  });
});

/** The `data.pkl` of a state dict with one tensor of four floats. */
function writeStateDictPickle(): { path: string; content: Buffer } {
  const whole = Buffer.from(
    writeStateDict(new Map([['w', { dtype: 'F32', shape: [4], data: Float32Array.of(1, 2, 3, 4) }]])),
  );
  const begin = 30 + whole.readUInt16LE(26) + whole.readUInt16LE(28);
  return { path: 'archive/data.pkl', content: whole.subarray(begin, begin + whole.readUInt32LE(18)) };
}
