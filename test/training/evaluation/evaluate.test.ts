import { readFileSync, writeFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadModel, RasterImage } from '../../../src/sdk/index.js';
import { nodePlatform } from '../../../src/sdk/runtime/node/node-platform.js';
import { loadTensorFlow } from '../../../src/training/backend/load-tensorflow.js';
import { imageFeatures } from '../../../src/training/encoders/efficientnet-lite0/image-features.js';
import { loadEfficientNetLite0 } from '../../../src/training/encoders/efficientnet-lite0/load.js';
import { comparisonSheet } from '../../../src/training/evaluation/comparison-sheet.js';
import { evaluate } from '../../../src/training/evaluation/evaluate.js';
import { evaluationSchema } from '../../../src/training/evaluation/evaluation-record.js';
import { evaluationWarnings } from '../../../src/training/evaluation/evaluation-warnings.js';
import { FeatureNetwork } from '../../../src/training/evaluation/feature-network.js';
import { lite0Graph } from '../../../src/training/evaluation/lite0-graph.js';
import { measureRows } from '../../../src/training/evaluation/measure-rows.js';
import type { EvaluationProgress } from '../../../src/training/evaluation/progress.js';
import { withResults } from '../../../src/training/evaluation/results-section.js';
import { writeResultsIntoCard } from '../../../src/training/evaluation/write-card.js';
import { readEvaluation, writeEvaluation } from '../../../src/training/evaluation/write-evaluation.js';
import { useMicroAttngan, useMicroUnconditional } from '../../sdk/micro-bundles.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { tinyEvaluation } from './tiny-evaluation.js';

const micro = useMicroAttngan();
const microUnconditional = useMicroUnconditional();
let cache: string;
beforeAll(async () => {
  cache = await mkdtemp(join(tmpdir(), 'wordbrush-cache-'));
  vi.stubEnv('WORDBRUSH_CACHE', cache);
  await loadTensorFlow();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true });
});

const TRAIN = [
  'yellow bird',
  'black wings',
  'green branch',
  'old tree',
  'small bird',
  'a tree with a branch',
];
const TEST = ['black bird', 'yellow wings', 'zebra'];
const COLORS = [
  '#e0c020',
  '#202020',
  '#20a040',
  '#805030',
  '#4060d0',
  '#20a0a0',
  '#402020',
  '#c0a020',
  '#999999',
];

/** Nine discs with captions of the micro models' vocabulary, but for one that they cannot read. */
async function dataFolder(): Promise<string> {
  const folder = join(temporaryFolder(), 'data');
  await mkdir(folder);
  const captions = [...TRAIN, ...TEST];
  for (const [i, color] of COLORS.entries()) {
    const disc = `<svg width="80" height="80"><circle cx="40" cy="40" r="${20 + 2 * i}" fill="${color}"/></svg>`;
    await sharp(Buffer.from(disc))
      .png()
      .toFile(join(folder, `${i}.png`));
  }
  const lines = captions.map((caption, i) =>
    JSON.stringify({
      file_name: `${i}.png`,
      captions: [caption],
      split: i < TRAIN.length ? 'train' : 'test',
    }),
  );
  await writeFile(join(folder, 'metadata.jsonl'), lines.join('\n'));
  await writeFile(join(folder, 'dataset.json'), JSON.stringify({ name: 'Discs', licence: 'MIT' }));
  return folder;
}

describe('FeatureNetwork', () => {
  it('of EfficientNet-Lite0 sees in pictures what the TensorFlow.js network does: features within 1e-4 of their length', async () => {
    const size = 224;
    const values = { pixels: new Uint8Array(2 * size * size * 3), count: 2, size };
    for (let i = 0; i < values.pixels.length; i++) values.pixels[i] = (i * 7919 + ((i >> 9) * 31) ** 2) % 256;
    const network = await loadEfficientNetLite0();
    const expected = await imageFeatures(network, values);
    network.dispose();
    const before = tf.memory().numTensors;
    const lite0 = await FeatureNetwork.open(await lite0Graph());
    expect(tf.memory().numTensors).toBe(before);
    const { pooled, probabilities } = await lite0.features(values);
    await lite0.dispose();
    const length = Math.hypot(...expected.values);
    const difference = Math.hypot(...pooled.values.map((value, i) => value - (expected.values[i] ?? 0)));
    expect(difference / length).toBeLessThan(1e-4);
    for (const row of [0, 1]) {
      const sum = probabilities?.values.subarray(row * 1000, (row + 1) * 1000).reduce((a, b) => a + b, 0);
      expect(sum).toBeCloseTo(1, 5);
    }
  });
});

describe('evaluate', () => {
  it('measures a bundle with its own DAMSM and another judge, and says what to bear in mind', async () => {
    const data = await dataFolder();
    const { folder: model } = micro();
    const judge = join(temporaryFolder(), 'judge');
    await cp(model, judge, { recursive: true });
    const phases = new Set<EvaluationProgress['phase']>();
    const looks: number[] = [];
    const options = {
      model,
      data,
      judges: [judge],
      samples: 8,
      seed: 5,
      size: 64,
      measures: ['distances', 'r-precision', 'diversity', 'nearest', 'colors'],
      onProgress: ({ phase, done, total }: EvaluationProgress) => {
        phases.add(phase);
        if (phase === 'features' && done === total) looks.push(total);
      },
    } as const;
    const evaluation = await evaluate(options);
    expect(evaluationSchema.parse(evaluation)).toEqual(evaluation);
    expect([...phases].sort()).toEqual(['distances', 'draw', 'features', 'judge', 'read']);
    expect(evaluation.data).toEqual({ name: 'Discs', licence: 'MIT', trainPictures: 6, testPictures: 3 });
    const [train, test] = evaluation.splits;
    expect(train).toMatchObject({ split: 'train', pictures: 6, samples: 8, unreadablePrompts: 0 });
    expect(train?.distances?.frechet).toMatchObject({ pictures: 8, asMany: 3 });
    expect(train?.distances?.reference.sha256).not.toBe(test?.distances?.reference.sha256);
    // The judge is a copy: it judges alike, and is not taken for another.
    expect(train?.rPrecision.map((one) => [one.judge.relation, one.judge.independent])).toEqual([
      ['own', false],
      ['trained-generator', false],
    ]);
    const [own, other] = train?.rPrecision ?? [];
    expect(own?.drawn).toEqual(other?.drawn);
    expect(own?.drawn).toMatchObject({ pictures: 8, mismatched: 5 });
    expect(own?.real.pictures).toBe(6);
    // Of eight prompts over three pictures two or three are of the zebra.
    expect(test?.samples).toBe(8 - (test?.unreadablePrompts ?? 0));
    expect(test?.unreadablePrompts).toBeGreaterThanOrEqual(2);
    expect(test?.rPrecision[0]).toMatchObject({ unreadableCaptions: 1, drawn: { mismatched: 1 } });
    // Colours that the vocabulary has, with nouns that it has or not.
    expect(evaluation.colors?.prompts).toBeGreaterThan(10);
    const { warnings } = evaluation;
    expect(warnings).toContainEqual(expect.stringContaining('prompts have no word that the model knows'));
    expect(warnings).toContainEqual(expect.stringContaining('only 5 mismatched captions'));
    expect(warnings).toContainEqual(expect.stringContaining('biased upwards'));
    expect(warnings).toContainEqual(expect.stringContaining('No judge of R-precision is independent'));
    expect(warnings).toContainEqual(expect.stringContaining('standard error'));
    // Real pictures of both splits, those drawn from their captions, and those of the diversity.
    expect(looks).toEqual([6, 3, 8, test?.samples, 30]);
    looks.length = 0;
    // The same again, and only a part; real pictures are not looked at anew.
    const part = await evaluate({ ...options, judges: [], splits: ['train'], measures: ['distances'] });
    expect(part.splits).toHaveLength(1);
    expect(part.splits[0]?.distances).toEqual(train?.distances);
    expect(looks).toEqual([8]);
    expect(part.splits[0]?.rPrecision).toEqual([]);
  });

  it('tells how near pictures come to training pictures and how they differ, beside real ones', async () => {
    const data = await dataFolder();
    const { splits, diversity } = await evaluate({
      model: micro().folder,
      data,
      samples: 6,
      size: 64,
      measures: ['nearest', 'diversity'],
    });
    expect(splits[0]?.nearest?.shareBelow).toBe(0);
    expect(splits[0]?.nearest?.medianDistance).toBeGreaterThan(
      splits[0]?.nearest?.medianDistanceOfReal ?? Number.POSITIVE_INFINITY,
    );
    expect(diversity?.perPrompt).toMatchObject({ prompts: 6, picturesPerPrompt: 5 });
    expect(diversity?.acrossReal).toBeGreaterThan(0);
  });

  it('measures a model without text by everything but text', async () => {
    const data = await dataFolder();
    const { splits, warnings, colors } = await evaluate({
      model: microUnconditional(),
      data,
      samples: 4,
      size: 64,
      splits: ['train'],
      measures: ['distances', 'r-precision', 'colors'],
    });
    expect(splits[0]).toMatchObject({ samples: 4, rPrecision: [], distances: { frechet: { pictures: 4 } } });
    expect(colors).toBeUndefined();
    expect(warnings).toContainEqual(expect.stringContaining('No R-precision'));
  });

  it('measures on the network of FID too, and calls it FID of the published weights alone', async () => {
    const data = await dataFolder();
    const options = { model: micro().folder, data, samples: 4, size: 64, measures: ['distances'] } as const;
    // What is drawn and compared is the same, so the numbers are too.
    const inception = {
      ...(await lite0Graph()),
      name: 'Inception-v3',
      file: 'weights.pth',
      isPublished: true,
    };
    const evaluation = await evaluate({ ...options, inception, cache: false });
    expect(evaluationSchema.parse(evaluation)).toEqual(evaluation);
    for (const { distances } of evaluation.splits) {
      expect(distances?.inception?.frechet).toEqual(distances?.frechet);
      expect(distances?.inception?.inceptionScore).toEqual(distances?.inceptionScoreAnalogue);
    }
    expect(evaluation.protocol.inception).toEqual({
      file: 'weights.pth',
      weightsSha256: inception.weightsSha256,
      published: true,
      side: 224,
    });
    const names = measureRows(evaluation).map(({ measure }) => measure);
    expect(names).toContain('FID, train');
    expect(names).toContain('Inception score, test');
    expect(evaluation.warnings).toContainEqual(expect.stringContaining('the FID is of 4 pictures'));
    const protocol = { ...evaluation.protocol.inception, ...inception, published: false };
    const unknown = { ...evaluation, protocol: { ...evaluation.protocol, inception: protocol } };
    const text = JSON.stringify(measureRows(unknown));
    expect(text).toContain('Fréchet distance on other weights of Inception-v3, train');
    expect(text).not.toContain('FID');
    const warnings = evaluationWarnings(evaluation.splits, { asked: new Set(), inception: protocol });
    expect(warnings).toContainEqual(expect.stringContaining('not called FID'));
    expect(warnings).not.toContainEqual(expect.stringContaining('the FID is of'));
  });

  it('refuses a size that the model lacks and a judge that does not judge, and stops when told to', async () => {
    const data = await dataFolder();
    const { folder: model } = micro();
    await expect(evaluate({ model, data, size: 100 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('one of 64, 128, received 100'),
    });
    await expect(evaluate({ model, data, judges: [microUnconditional()] })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('to score with'),
    });
    const stop = new AbortController();
    const stopped = evaluate({
      model,
      data,
      signal: stop.signal,
      onProgress: ({ phase }) => phase === 'features' && stop.abort(),
    });
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
  });
});

describe('results', () => {
  it('go into the card of a bundle, which still loads; again they replace those before', async () => {
    const data = await dataFolder();
    const folder = join(temporaryFolder(), 'bundle');
    await cp(micro().folder, folder, { recursive: true });
    const options = { model: folder, data, samples: 4, size: 64, splits: ['train'], device: 'cpu' } as const;
    const evaluation = await evaluate({ ...options, measures: ['distances', 'r-precision'] });
    const file = join(folder, 'evaluation.json');
    await writeEvaluation(file, evaluation);
    expect(await readEvaluation(file)).toEqual(evaluation);
    const before = await readFile(join(folder, 'MODEL_CARD.md'), 'utf8');
    const sheet = await comparisonSheet({ model: folder, data, prompts: 4, size: 64 });
    const card = await writeResultsIntoCard(folder, evaluation, sheet);
    const text = await readFile(card, 'utf8');
    expect(text.startsWith(before.trimEnd())).toBe(true);
    expect(text).toContain('| R-precision, train captions, 1 of 6, its own DAMSM |');
    // Every number's protocol: counts in its row, hashes below.
    const { distances, rPrecision } = evaluation.splits[0] ?? {};
    expect(text).toContain(`against 6 real pictures ${distances?.reference.sha256.slice(0, 8)}`);
    for (const hash of [
      distances?.reference.sha256,
      rPrecision?.[0]?.judge.sha256,
      evaluation.model.sha256,
      evaluation.protocol.features.weightsSha256,
    ]) {
      expect(text).toContain(hash);
    }
    expect(text).not.toMatch(/\bFID\b/);
    expect(text).toContain('![4 prompts of training captions](contact-sheet.jpg)');
    const picture = await readFile(join(folder, 'contact-sheet.jpg'));
    expect((await sharp(picture).metadata()).format).toBe('jpeg');
    await writeResultsIntoCard(folder, evaluation, sheet);
    expect(await readFile(card, 'utf8')).toBe(text);
    const shown = { ...evaluation, contactSheet: { file: 'contact-sheet.jpg', prompts: 4 } };
    expect(await readEvaluation(file)).toEqual(shown);
    // Without a sheet none stays behind from another model.
    await writeResultsIntoCard(folder, shown);
    expect(await readFile(card, 'utf8')).not.toContain('contact-sheet');
    await expect(readFile(join(folder, 'contact-sheet.jpg'))).rejects.toThrow();
    await using model = await loadModel(folder);
    expect(model.info().name).toBe('micro');
  });

  it('come with a sheet of at most 400 kB, whatever it shows', async () => {
    const folder = join(temporaryFolder(), 'bundle');
    await cp(micro().folder, folder, { recursive: true });
    // Noise is what JPEG is worst at.
    const [width, height] = [1400, 1200];
    const noise = Buffer.alloc(width * height * 4);
    for (let i = 0; i < noise.length; i++) noise[i] = (Math.imul(i, 0x9e3779b1) >>> 16) & 255;
    const sheet = new RasterImage({ data: new Uint8ClampedArray(noise), width, height }, nodePlatform.images);
    await writeResultsIntoCard(folder, tinyEvaluation(), { sheet, prompts: ['a'] });
    const bytes = await readFile(join(folder, 'contact-sheet.jpg'));
    expect(bytes.length).toBeLessThanOrEqual(400_000);
    expect((await sharp(bytes).metadata()).width).toBeGreaterThan(400);
  });

  it('in a card end where it ends, and keep what is before', () => {
    const evaluation = tinyEvaluation();
    const once = withResults('# A\n\ntext\n', evaluation);
    expect(once.startsWith('# A\n\ntext\n\n## Measured\n')).toBe(true);
    expect(withResults(once, evaluation)).toBe(once);
  });

  it('are refused from another file', async () => {
    const file = join(temporaryFolder(), 'evaluation.json');
    writeFileSync(file, '{"formatVersion": 2}');
    await expect(readEvaluation(file)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(readEvaluation(`${file}.none`)).rejects.toMatchObject({ code: 'FILE_MISSING' });
    expect(readFileSync(file, 'utf8')).toBe('{"formatVersion": 2}');
  });
});

describe('comparisonSheet', () => {
  it('shows each prompt’s picture beside the real one, with the prompt below', async () => {
    const data = await dataFolder();
    const { sheet, prompts } = await comparisonSheet({ model: micro().folder, data, prompts: 6, size: 64 });
    expect(prompts).toHaveLength(6);
    expect(new Set(prompts)).toEqual(new Set(TRAIN));
    // Five pairs in a row of two 128-pixel pictures each.
    expect(sheet.width).toBeGreaterThan(5 * 2 * 128);
    expect(sheet.height).toBeGreaterThan(2 * 128);
    expect((await sheet.toPNG()).length).toBeGreaterThan(1000);
  });
});
