import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { RandomStream } from '../../../../src/sdk/noise/index.js';
import { loadTensorFlow } from '../../../../src/training/backend/load-tensorflow.js';
import { readDataset } from '../../../../src/training/data/read-dataset.js';
import { train } from '../../../../src/training/run/train.js';
import { readSafetensors } from '../../../../src/training/weights/safetensors.js';
import { importEmbeddings } from '../../../../tools/import/embeddings/import-embeddings.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { EMOJI_SAMPLE, MICRO_STACKGAN } from '../../../training/run/micro-configs.js';
import { embeddingsPickle, namesPickle } from './make-pickles.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const DIM = 12;
const CAPTIONS = 10;

beforeAll(async () => {
  await loadTensorFlow();
});

/** Ten vectors, other ones for each seed. */
function vectorsOf(seed: number, dim = DIM): Float32Array[] {
  const random = new RandomStream(seed);
  return Array.from({ length: CAPTIONS }, () => Float32Array.from(random.normals(dim)));
}

/** `char-CNN-RNN-embeddings.pickle` and `filenames.pickle` of these names; the first vector's seed is `seed`. */
function writePair(folder: string, names: readonly string[], seed: number, dim = DIM): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'char-CNN-RNN-embeddings.pickle');
  writeFileSync(path, embeddingsPickle(names.map((_, index) => vectorsOf(seed + index, dim))));
  writeFileSync(join(folder, 'filenames.pickle'), namesPickle(names));
  return path;
}

/** Pickles of the sample of emoji as StackGAN lays its data out, names without folder `images` and suffix. */
async function stackganFolder(folder: string) {
  const { train: trained, test } = await readDataset(EMOJI_SAMPLE);
  const short = (name: string) => name.replace('images/', '').replace('.png', '');
  const nameOf = ({ fileName }: { fileName: string }) => fileName;
  const embeddings = [
    writePair(join(folder, 'train'), trained.map(nameOf).map(short), 100),
    writePair(join(folder, 'test'), [...test.map(nameOf).map(short), 'elsewhere/none'], 900),
  ];
  return { embeddings, trained: trained.map(nameOf), test: test.map(nameOf) };
}

describe('importEmbeddings', () => {
  it("writes each picture's vectors under its name in the data set, bit for bit", async () => {
    const folder = temporaryFolder();
    const { embeddings, trained, test } = await stackganFolder(folder);
    const out = join(folder, 'vectors.safetensors');
    const report = await importEmbeddings({ embeddings, data: EMOJI_SAMPLE, out });
    expect(report).toEqual({
      pictures: 48,
      vectors: 480,
      sentenceDim: DIM,
      unmatched: ['elsewhere/none'],
      withoutVectors: [],
    });
    const { tensors } = readSafetensors(readFileSync(out));
    const expected = (first: number) => (_: string, index: number) => ({
      dtype: 'F32',
      shape: [CAPTIONS, DIM],
      data: Float32Array.from(vectorsOf(first + index).flatMap((vector) => [...vector])),
    });
    expect(trained.map((name) => tensors.get(name))).toEqual(trained.map(expected(100)));
    expect(test.map((name) => tensors.get(name))).toEqual(test.map(expected(900)));
  });

  it('needs no vectors of pictures that are held out, and says so', async () => {
    const folder = temporaryFolder();
    const { embeddings, test } = await stackganFolder(folder);
    const out = join(folder, 'vectors.safetensors');
    const report = await importEmbeddings({ embeddings: embeddings.slice(0, 1), data: EMOJI_SAMPLE, out });
    expect(report).toMatchObject({ pictures: 43, unmatched: [], withoutVectors: test });
  });

  it('trains: the command writes the file, and a run reads its vectors', async () => {
    const folder = temporaryFolder();
    const { embeddings } = await stackganFolder(folder);
    const file = join(folder, 'vectors.safetensors');
    const command = [join(ROOT, 'src/cli/main.ts'), 'data', 'embeddings', ...embeddings];
    const options = ['--data', EMOJI_SAMPLE, '--out', file];
    const output = execFileSync(process.execPath, ['--import', 'tsx', ...command, ...options], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    expect(output).toContain('480 vectors of 12 numbers for 48 pictures');
    const textEncoder = { kind: 'vectors', file, sentenceDim: DIM } as const;
    expect(output).toContain(`--set 'textEncoder=${JSON.stringify(textEncoder)}'`);
    const run = join(folder, 'run');
    await train({ config: { ...MICRO_STACKGAN, textEncoder }, data: EMOJI_SAMPLE, out: run });
    expect(readdirSync(join(run, 'checkpoints')).sort()).toEqual(['4', '8']);
    const metrics = readFileSync(join(run, 'metrics.jsonl'), 'utf8').trim().split('\n');
    const losses = metrics.map((line) => Object.values(JSON.parse(line)));
    expect(losses.flat().every((value) => Number.isFinite(value))).toBe(true);
    // As wide as the vectors: it is they that the generator reads.
    const weights = readFileSync(join(run, 'checkpoints', '8', 'weights.safetensors'));
    const kernel = readSafetensors(weights).tensors.get('stage1_generator/ca_net/fc/kernel');
    expect(kernel?.shape[0]).toBe(DIM);
  }, 120_000);

  it.each<[string, (folder: string) => Promise<string[]>, string, RegExp]>([
    [
      'pictures to train on without vectors',
      async (folder) => (await stackganFolder(folder)).embeddings.slice(1),
      'DATASET_INVALID',
      /vectors of all 43 pictures to train on in .*, 43 have none, such as images\//,
    ],
    [
      'splits of other lengths of vectors',
      async (folder) => {
        const { embeddings } = await stackganFolder(folder);
        writePair(join(folder, 'test'), ['a'], 1, 9);
        return embeddings;
      },
      'WEIGHTS_INVALID',
      /vectors of 12 numbers as in the file before, received 9/,
    ],
    [
      'lists of other lengths',
      async (folder) => {
        const path = writePair(folder, ['a', 'b'], 1);
        writeFileSync(join(dirname(path), 'filenames.pickle'), namesPickle(['a', 'b', 'c']));
        return [path];
      },
      'WEIGHTS_INVALID',
      /vectors of 3 pictures, as .*filenames\.pickle names, received those of 2/,
    ],
    [
      'a picture twice',
      async (folder) => {
        const { embeddings } = await stackganFolder(folder);
        return [...embeddings, ...embeddings.slice(0, 1)];
      },
      'WEIGHTS_INVALID',
      /vectors of images\/.* once, several names mean it/,
    ],
    [
      'a number that is none',
      async (folder) => {
        const path = writePair(folder, ['a'], 1);
        writeFileSync(path, embeddingsPickle([[Float32Array.of(1, Number.NaN)]]));
        return [path];
      },
      'WEIGHTS_INVALID',
      /finite floating-point numbers, picture 0 has others/,
    ],
    [
      'no list of names beside it',
      async (folder) => {
        const path = join(folder, 'x.pickle');
        writeFileSync(path, embeddingsPickle([vectorsOf(1)]));
        return [path];
      },
      'FILE_MISSING',
      /filenames\.pickle/,
    ],
    ['no pickle at all', async () => [], 'INVALID_OPTION', /pickle of vectors, received none/],
  ])('refuses %s and leaves nothing', async (_what, make, code, reason) => {
    const folder = temporaryFolder();
    const out = join(folder, 'vectors.safetensors');
    const embeddings = await make(folder);
    await expect(importEmbeddings({ embeddings, data: EMOJI_SAMPLE, out })).rejects.toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(reason) }),
    );
    expect(existsSync(out)).toBe(false);
  });

  it('refuses a file that training would not read, and one list of names for several pickles', async () => {
    const options = { embeddings: ['a', 'b'], data: EMOJI_SAMPLE };
    const invalid = (part: RegExp) =>
      expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringMatching(part) });
    await expect(importEmbeddings({ ...options, out: 'x.npy' })).rejects.toThrow(invalid(/received x\.npy/));
    const named = { ...options, fileNames: 'c', out: 'x.safetensors' };
    await expect(importEmbeddings(named)).rejects.toThrow(invalid(/received 2/));
  });
});
