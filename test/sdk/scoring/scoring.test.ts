import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { generate, loadModel, type ProgressEvent, rank, score } from '../../../src/sdk/index.js';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { sentenceScores, wordScores } from '../../../src/training/encoders/damsm/damsm-loss.js';
import { buildImageEncoderModel } from '../../../src/training/encoders/damsm/image-encoder-model.js';
import { matchWords } from '../../../src/training/encoders/damsm/word-matching.js';
import { temporaryFolder } from '../../temporary-folder.js';
import { type MicroAttngan, useMicroAttngan } from '../micro-bundles.js';
import { copyTinyBundle, TINY_BUNDLE } from '../tiny-bundle.js';

const attngan = useMicroAttngan();
const SIDE = 24;
const TEXTS = ['yellow bird', 'black wings', 'a small bird with yellow wings', 'tree'];

function picture(seed: number) {
  const random = new RandomStream(seed);
  const data = new Uint8ClampedArray(SIDE * SIDE * 4);
  for (let i = 0; i < data.length; i++) data[i] = i % 4 === 3 ? 255 : random.integer(256);
  return { data, width: SIDE, height: SIDE };
}

/** DAMSM as training computes it, which equals the official code: [pictures, texts] and the maps of each text. */
function reference({ text, imageEncoder }: MicroAttngan, pictures: ReturnType<typeof picture>[]) {
  return tf.tidy(() => {
    const pixels = pictures.map(({ data }) => Float32Array.from(data.filter((_, i) => i % 4 !== 3)));
    const images = tf.tensor4d(
      Float32Array.from(pixels.flatMap((values) => [...values].map((value) => value / 127.5 - 1))),
      [pictures.length, SIDE, SIDE, 3],
    );
    const encoded = buildImageEncoderModel(imageEncoder).apply(images) as [tf.Tensor4D, tf.Tensor2D];
    const [regions, codes] = encoded;
    const flat = regions.reshape<tf.Tensor3D>([pictures.length, 36, -1]);
    const columns = TEXTS.map((caption) => {
      const ids = caption.split(' ').map((word) => text.vocabulary.indexOf(word) ?? 0);
      const lengths = tf.tensor1d([ids.length], 'int32');
      const tokens = tf.tensor2d([ids], [1, ids.length], 'int32');
      const [words, sentences] = text.encoder.apply([tokens, lengths]) as [tf.Tensor3D, tf.Tensor2D];
      return {
        sentence: [...sentenceScores(codes, sentences).dataSync()],
        words: [...wordScores(regions, words, lengths).dataSync()],
        maps: matchWords(words, lengths, flat).attention.squeeze<tf.Tensor3D>([1]).arraySync(),
      };
    });
    return columns;
  });
}

describe('model.rank', () => {
  it('scores every picture with every text as the training of DAMSM does', async () => {
    const pictures = [picture(1), picture(2), picture(3)];
    const columns = reference(attngan(), pictures);
    await using model = await loadModel(attngan().folder);
    const { scores, wordScores: words, textOrder, imageOrder } = await model.rank(pictures, TEXTS);
    for (const [text, column] of columns.entries()) {
      for (const image of pictures.keys()) {
        expect(scores[image]?.[text]).toBeCloseTo(column.sentence[image] ?? Number.NaN, 5);
        expect(words[image]?.[text]).toBeCloseTo(column.words[image] ?? Number.NaN, 5);
      }
    }
    for (const [image, order] of textOrder.entries()) {
      const sorted = order.map((text) => scores[image]?.[text] ?? 0);
      expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
      expect([...order].sort()).toEqual([0, 1, 2, 3]);
    }
    for (const [text, order] of imageOrder.entries()) {
      const sorted = order.map((image) => scores[image]?.[text] ?? 0);
      expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
    }
    const byWords = await model.rank(pictures, TEXTS, { by: 'words' });
    const best = Math.max(...(byWords.wordScores[0] ?? []));
    expect(byWords.wordScores[0]?.[byWords.textOrder[0]?.[0] ?? -1]).toBe(best);
  });

  it('refuses lists that are none, and too many pairs', async () => {
    await using model = await loadModel(attngan().folder);
    // @ts-expect-error a list
    await expect(model.rank(picture(1), TEXTS)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(model.rank([], TEXTS)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(model.rank([picture(1)], ['bird', ''])).rejects.toMatchObject({ code: 'PROMPT_EMPTY' });
    const images = new Array(2000).fill(picture(1));
    await expect(model.rank(images, new Array(2000).fill('bird'))).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('images × texts'),
    });
  });
});

describe('model.score', () => {
  it('says how well they match, and where each word is', async () => {
    const image = picture(1);
    const column = reference(attngan(), [image])[2];
    await using model = await loadModel(attngan().folder);
    const result = await model.score(image, 'a small blue bird with yellow wings');
    expect(result.score).toBeCloseTo(column?.sentence[0] ?? Number.NaN, 5);
    expect(result.wordScore).toBeCloseTo(column?.words[0] ?? Number.NaN, 5);
    const used = result.words.filter(({ status }) => status === 'used');
    expect(result.words[2]).toEqual({ text: 'blue', status: 'unknown' });
    for (const [index, { text, regions, relevance = 2 }] of used.entries()) {
      expect(regions).toMatchObject({ word: text, side: 6 });
      const expected = column?.maps[0]?.[index] ?? [];
      const difference = expected.map((value, place) => Math.abs(value - (regions?.data[place] ?? 0)));
      expect(Math.max(...difference)).toBeLessThan(1e-6);
      expect(Math.abs(relevance)).toBeLessThanOrEqual(1);
    }
  });

  it('takes a picture in any form, with one result', async () => {
    const image = picture(5);
    const png = await sharp(image.data, { raw: { width: SIDE, height: SIDE, channels: 4 } })
      .png()
      .toBuffer();
    const path = join(temporaryFolder(), 'picture.png');
    writeFileSync(path, png);
    await using model = await loadModel(attngan().folder);
    const { score: expected } = await model.score(image, 'bird');
    const bytes = new Uint8Array(png);
    const forms = [path, png, bytes, bytes.buffer, new Blob([bytes]), sharp(png)];
    for (const form of forms) expect((await model.score(form, 'bird')).score).toBe(expected);
    const { images } = await model.generate('bird', { seed: 1, size: 64 });
    const [drawn] = images;
    if (drawn === undefined) throw new Error('nothing was drawn');
    expect((await model.score(drawn, 'bird')).score).toBe(
      (await model.score(await drawn.toPNG(), 'bird')).score,
    );
  });

  it('reports its progress, loads its graphs once, and stops when aborted', async () => {
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => void events.push(event);
    await using model = await loadModel(attngan().folder);
    expect(model.info().canScore).toBe(true);
    await model.score(picture(1), 'bird', { onProgress });
    expect([...new Set(events.map(({ phase }) => phase))]).toEqual(['verify', 'session', 'score']);
    events.length = 0;
    await model.score(picture(1), 'bird', { onProgress });
    expect(events).toEqual([1, 2, 3].map((completed) => ({ phase: 'score', completed, total: 3 })));
    const controller = new AbortController();
    const stopping = model.score(picture(1), 'bird', {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    await expect(stopping).rejects.toMatchObject({ code: 'ABORTED' });
  });

  it('goes on for one caller when another, who began the loading, is stopped', async () => {
    await using model = await loadModel(attngan().folder);
    const controller = new AbortController();
    const stopped = model.score(picture(1), 'bird', {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    });
    const other = model.score(picture(1), 'bird');
    await expect(stopped).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await other).score).toBeLessThanOrEqual(1);
  });

  it('is refused by a model without image encoder', async () => {
    await using model = await loadModel(TINY_BUNDLE);
    expect(model.info().canScore).toBe(false);
    await expect(model.score(picture(1), 'red heart')).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('tiny has none'),
    });
    const options = { model: copyTinyBundle() };
    await expect(score(picture(1), 'red heart', options)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('score and rank', () => {
  it('load a model for one call, without its generator', async () => {
    const events: ProgressEvent[] = [];
    const options = { model: attngan().folder, onProgress: (event: ProgressEvent) => events.push(event) };
    const { score: alone, timings } = await score(picture(1), 'bird', options);
    const files = events.flatMap((event) => (event.phase === 'session' ? [event.file] : []));
    expect(files).toEqual(['text-encoder.onnx', 'image-encoder.onnx', 'matcher.onnx']);
    expect(timings.loadMs).toBeGreaterThan(0);
    const { scores } = await rank([picture(2), picture(1)], ['bird'], { model: attngan().folder });
    // Two pictures at once round otherwise than one.
    expect(scores[1]?.[0]).toBeCloseTo(alone, 6);
  });
});

describe('bad pictures', () => {
  const flat = { create: { width: 64, height: 64, channels: 3, background: '#4080c0' } } as const;

  it.each<[string, () => Promise<Buffer>]>([
    ['CMYK', () => sharp(flat).toColourspace('cmyk').jpeg().toBuffer()],
    ['16 bits a channel', () => sharp(flat).toColourspace('rgb16').png().toBuffer()],
    ['grey', () => sharp(flat).greyscale().png().toBuffer()],
    [
      'animated',
      async () => {
        const frames = await Promise.all([
          sharp(flat).png().toBuffer(),
          sharp(flat).negate().png().toBuffer(),
        ]);
        return sharp(frames, { join: { animated: true } })
          .gif()
          .toBuffer();
      },
    ],
    [
      'one pixel',
      () =>
        sharp({ create: { ...flat.create, width: 1, height: 1 } })
          .png()
          .toBuffer(),
    ],
    [
      'one line',
      () =>
        sharp({ create: { ...flat.create, height: 1 } })
          .png()
          .toBuffer(),
    ],
  ])('are read if they are pictures: %s', async (_, make) => {
    await using model = await loadModel(attngan().folder);
    const result = await model.score(await make(), 'bird');
    expect(Number.isFinite(result.score)).toBe(true);
  });

  it('of CMYK and 16 bits show the colours of plain ones, and an animation its first frame', async () => {
    await using model = await loadModel(attngan().folder);
    const scoreOf = async (file: Buffer) => (await model.score(file, 'yellow bird')).score;
    const plain = await scoreOf(await sharp(flat).png().toBuffer());
    expect(await scoreOf(await sharp(flat).toColourspace('rgb16').png().toBuffer())).toBeCloseTo(plain, 5);
    // CMYK knows fewer colours.
    expect(await scoreOf(await sharp(flat).toColourspace('cmyk').jpeg().toBuffer())).toBeCloseTo(plain, 1);
    const frames = await Promise.all([sharp(flat).png().toBuffer(), sharp(flat).negate().png().toBuffer()]);
    const animation = await sharp(frames, { join: { animated: true } })
      .gif()
      .toBuffer();
    expect(await scoreOf(animation)).toBeCloseTo(plain, 2);
  });

  it('are refused with a reason', async () => {
    await using model = await loadModel(attngan().folder);
    const png = await sharp(flat).png().toBuffer();
    const huge = Buffer.from(png);
    huge.writeUInt32BE(20_000, 16);
    huge.writeUInt32BE(20_000, 20);
    const noise = await sharp(picture(1).data, { raw: { width: SIDE, height: SIDE, channels: 4 } })
      .png()
      .toBuffer();
    const truncated = noise.subarray(0, noise.length / 2);
    const invalid = [
      huge,
      truncated,
      Buffer.from('hello'),
      Buffer.alloc(0),
      '/there/is/no.png',
      new Blob([]),
    ];
    for (const image of invalid) {
      await expect(model.score(image, 'bird')).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    }
    const { data } = picture(1);
    const wrong = [
      { data, width: 0, height: SIDE },
      { data, width: SIDE + 1, height: SIDE },
      { data, width: 20_000, height: 20_000 },
      { data, width: Number.NaN, height: SIDE },
    ];
    for (const image of wrong) {
      await expect(model.score(image, 'bird')).rejects.toMatchObject({ code: 'IMAGE_INVALID' });
    }
    for (const image of [7, null, undefined, {}, [], { data: [1], width: 1, height: 1 }]) {
      // @ts-expect-error no pictures
      await expect(model.score(image, 'bird')).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    }
  });
});

it('the matcher of a bundle takes what its manifest says, or the model is refused', async () => {
  const folder = attngan().folder;
  const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const original = JSON.stringify(manifest, null, 2);
  try {
    manifest.imageEncoder.dim = 9;
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    await expect(score(picture(1), 'bird', { model: folder })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('image-encoder.onnx to have output regions as float32 [any, 9, 6, 6]'),
    });
    manifest.matcher.file = manifest.imageEncoder.file;
    manifest.imageEncoder.dim = 8;
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
    await expect(score(picture(1), 'bird', { model: folder })).rejects.toMatchObject({
      code: 'MODEL_INVALID',
    });
    // Drawing does not look at it.
    expect((await generate('bird', { model: folder, size: 64 })).images).toHaveLength(1);
  } finally {
    writeFileSync(join(folder, 'manifest.json'), original);
  }
});
