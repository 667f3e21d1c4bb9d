// A file of every format that ends too early, at every 1,000th byte and at each of the last: refused, never read in part.
import { describe, expect, it } from 'vitest';
import { writeSafetensors } from '../../../src/training/weights/safetensors.js';
import { readEmbeddings, readFileNames } from '../../../tools/import/numpy/read-embeddings.js';
import { readNpy } from '../../../tools/import/numpy/read-npy.js';
import { writeStateDict } from '../../../tools/import/pytorch/write-state-dict.js';
import { type NamedTensors, readTensorFile } from '../../../tools/import/read-tensors.js';
import { readVocabulary } from '../../../tools/import/vocabulary/read-vocabulary.js';
import { makeTorch7 } from './torch7/make-torch7.js';
import { makeZip } from './zip/make-zip.js';

const numbers = Float32Array.from({ length: 1500 }, (_, index) => index / 7);
const tensors: NamedTensors = new Map(
  ['conv1.weight', 'conv2.weight', 'fc.weight'].map((name) => [
    name,
    { dtype: 'F32', shape: [30, 50], data: numbers },
  ]),
);
const bytesOfNumbers = Buffer.from(numbers.buffer);
const latin1 = (text: string) => Buffer.from(text, 'latin1');
const words = Array.from({ length: 1200 }, (_, index) => `word${index}`);
const shortString = (text: string) => `U${String.fromCharCode(text.length)}${text}`;

function npy(): Buffer {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (30, 50), }".padEnd(117).concat('\n');
  const begin = latin1('\x93NUMPY\x01\x00\x00\x00');
  begin.writeUInt16LE(header.length, 8);
  return Buffer.concat([begin, latin1(header), bytesOfNumbers]);
}

/** As `torch.save` wrote before 1.6, of one tensor. */
function legacy(): Buffer {
  const begin = [
    '\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.',
    '\x80\x02M\xe9\x03.',
    `\x80\x02}(${shortString('little_endian')}\x88u.`,
    `\x80\x02}${shortString('w')}ctorch._utils\n_rebuild_tensor_v2\n((${shortString('storage')}ctorch\nFloatStorage\n${shortString('a')}${shortString('cpu')}M\xdc\x05NtQK\x00K\x1eK2\x86K2K\x01\x86\x89NtRs.`,
    `\x80\x02(${shortString('a')}l.`,
  ];
  const length = Buffer.alloc(8);
  length.writeUInt32LE(numbers.length);
  return Buffer.concat([latin1(begin.join('')), length, bytesOfNumbers]);
}

/** Arrays as Python 2 pickled them, with their bytes as text. */
function embeddings(): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytesOfNumbers.length);
  const content = `T${length.toString('latin1')}${bytesOfNumbers.toString('latin1')}`;
  const begin = 'cnumpy.core.multiarray\n_reconstruct\n)R';
  const type = `cnumpy\ndtype\n${shortString('f4')}\x85R(K\x03${shortString('<')}NNNtb`;
  return latin1(`\x80\x02(${`${begin}(K\x01K\x1eK2\x86${type}\x89${content}tb`.repeat(2)}l.`);
}

const read = (bytes: Uint8Array) => readTensorFile(bytes, 'x');
const vocabulary = (bytes: Uint8Array) => readVocabulary(bytes, 'x');
const array = { path: 'a.npy', content: npy() };
const recoded = (deflate: boolean) =>
  makeZip([
    { path: 'x/data.pkl', content: pickleOf(Buffer.from(writeStateDict(tensors))), deflate },
    ...[0, 1, 2].map((key) => ({ path: `x/data/${key}`, content: bytesOfNumbers, deflate })),
  ]);
/** The `data.pkl` of a zip checkpoint of ours, its first entry. */
const pickleOf = (archive: Buffer) => {
  const begin = 30 + archive.readUInt16LE(26) + archive.readUInt16LE(28);
  return archive.subarray(begin, begin + archive.readUInt32LE(18));
};

const FORMATS: readonly [name: string, bytes: Buffer, read: (bytes: Uint8Array) => unknown][] = [
  ['PyTorch, zip', Buffer.from(writeStateDict(tensors)), read],
  ['PyTorch, zip, packed', recoded(true), read],
  ['PyTorch, before 1.6', legacy(), read],
  ['safetensors', Buffer.from(writeSafetensors(tensors)), read],
  ['.npz', makeZip([array, { ...array, path: 'b.npy' }]), read],
  ['.npz, packed', makeZip([{ ...array, deflate: true }]), read],
  ['.npy', npy(), (bytes) => readNpy(bytes, 'x')],
  ['Torch7', makeTorch7(new Map([['conv1.weight', { shape: [30, 50], data: [...numbers] }]])), read],
  ['embeddings', embeddings(), (bytes) => readEmbeddings(bytes, 'x')],
  [
    'file names',
    latin1(`\x80\x02(${words.map(shortString).join('')}l.`),
    (bytes) => readFileNames(bytes, 'x'),
  ],
  ['vocabulary, protocol 2', latin1(`\x80\x02](${words.map(shortString).join('')}e.`), vocabulary],
  ['vocabulary, protocol 0', latin1(`(lp0\n${words.map((word) => `S'${word}'\na`).join('')}.`), vocabulary],
  ['vocabulary, JSON', Buffer.from(JSON.stringify(words)), vocabulary],
];

describe('files that end too early', () => {
  it.each(FORMATS)('%s', (_name, whole, readFormat) => {
    expect(() => readFormat(whole)).not.toThrow();
    expect(whole.length).toBeGreaterThan(4000);
    const lengths = Array.from({ length: Math.ceil(whole.length / 1000) }, (_, index) => 1000 * index);
    for (const length of [...lengths, ...lengths.slice(0, 100).map((_, index) => whole.length - 1 - index)]) {
      expect(() => readFormat(whole.subarray(0, length)), `${length} bytes`).toThrow(
        expect.objectContaining({ code: 'WEIGHTS_INVALID' }),
      );
    }
  });
});
