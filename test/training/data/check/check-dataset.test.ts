import { existsSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { checkDataset } from '../../../../src/training/data/check/check-dataset.js';
import { writeContactSheet } from '../../../../src/training/data/check/contact-sheet.js';
import { temporaryFolder } from '../../../temporary-folder.js';
import { plainPng, putFiles } from '../make-pictures.js';

/** A picture with some form: two colours, split at a place of its own. */
function split(at: number, side = 96): Promise<Buffer> {
  const pixels = Uint8Array.from({ length: side * side * 3 }, (_, place) => {
    const pixel = Math.floor(place / 3);
    const isLeft = pixel % side < side * at;
    return isLeft ? ([200, 40, 60][place % 3] ?? 0) : Math.floor((pixel / side / side) * 200);
  });
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer();
}

const line = (file_name: string, captions: string[], more: object = {}) =>
  JSON.stringify({ file_name, captions, split: 'train', ...more });

/** A data set with one of everything that can be wrong. */
async function soiledFolder(): Promise<string> {
  const folder = temporaryFolder();
  const [first, second] = [await split(0.3), await split(0.7)];
  putFiles(folder, {
    'a.png': first,
    'b.png': second,
    'copy.png': first,
    'again.jpg': await sharp(second).resize(150).jpeg({ quality: 70 }).toBuffer(),
    'broken.png': first.subarray(0, first.length / 2),
    'tiny.png': await plainPng('#123456', 1),
    'wrong.jpg': await split(0.5),
    'metadata.jsonl': [
      line('a.png', ['a red bird', 'a bird']),
      line('b.png', ['a bird of red'], { class_id: 1 }),
      '{"file_name": "a.png", "captions": [',
      line('lost.png', ['a lost bird']),
      line('copy.png', ['a purple bird with wings'], { split: 'test' }),
      line('again.jpg', ['a red bird again'], { class_id: 1 }),
      line('broken.png', ['a broken bird']),
      line('tiny.png', ['a dot'], { class_id: 2 }),
      line('wrong.jpg', ['a bird']),
      line('a.png', [' ']),
    ].join('\r\n'),
  });
  return folder;
}

describe('checkDataset', () => {
  it('counts, and names each problem with file and line', async () => {
    const folder = await soiledFolder();
    const { report } = await checkDataset(folder);
    const metadata = join(folder, 'metadata.jsonl');
    expect(report.pictures).toEqual({ count: 7, train: 6, test: 1, broken: 1 });
    expect(report.classes).toBe(2);
    expect(report.kinds).toEqual({ png: 5, jpeg: 1 });
    expect(report.width).toMatchObject({ least: 1, median: 96, most: 150 });
    expect(report.captions).toMatchObject({
      count: 8,
      perPicture: { least: 1, most: 2 },
      words: { least: 2, median: 3, most: 5 },
      // a red bird of again broken dot
      vocabulary: 7,
      unknownInTest: { words: 3, shareOfWords: 3 / 5, examples: ['purple', 'wings', 'with'] },
    });
    const told = report.problems.map((problem) => {
      expect(problem.path).toBe(metadata);
      return `${problem.severity} ${problem.line} ${problem.message.replaceAll(metadata, 'M')}`;
    });
    expect(told).toEqual([
      expect.stringMatching(/^error 3 expected one JSON object/),
      "error 4 expected the picture 'lost.png', but there is no such file",
      'error 10 captions[0] is empty',
      expect.stringMatching(/^error 7 'broken.png' does not decode: /),
      "warning 8 'tiny.png' has 1×1 pixels and is enlarged",
      "warning 9 'wrong.jpg' is png, whatever its name says",
      "warning 5 'copy.png' is the same picture as 'a.png' (M:1); one group has pictures of both splits (train, test)",
      "warning 6 'again.jpg' looks like 'b.png' (M:2)",
    ]);
    expect(report.duplicates.map(({ kind, acrossSplits }) => [kind, acrossSplits])).toEqual([
      ['identical', true],
      ['alike', false],
    ]);
  });

  it('finds nothing wrong with pictures that only resemble one another', async () => {
    const { report } = await checkDataset(
      new URL('../../../fixtures/emoji-sample', import.meta.url).pathname,
    );
    expect(report.duplicates).toEqual([]);
    expect(report.problems).toEqual([]);
  });

  it('says that one picture is too few, and none too', async () => {
    const folder = temporaryFolder();
    putFiles(folder, { 'train/a.png': await plainPng('red', 64), 'train/a.txt': 'red' });
    for (const [place, count] of [
      [folder, 1],
      [temporaryFolder(), 0],
    ] as const) {
      const { report } = await checkDataset(place, { format: 'text-files' });
      expect(report.pictures.count).toBe(count);
      expect(report.problems).toMatchObject([
        {
          severity: 'error',
          path: place,
          message: `has ${count === 1 ? 'one' : 'no'} picture to train on; training needs two or more`,
        },
      ]);
    }
  });

  it('draws a contact sheet', async () => {
    const folder = await soiledFolder();
    const { sound } = await checkDataset(folder);
    const out = join(folder, 'sheets', 'sheet.png');
    expect(await writeContactSheet(sound, out)).toBe(6);
    const { width, height } = await sharp(out).metadata();
    expect([width, height]).toEqual([8 * 140 + 12, 182 + 12]);
    // The first picture is where it should be.
    const { dominant } = await sharp(
      await sharp(out).extract({ left: 12, top: 12, width: 30, height: 100 }).toBuffer(),
    ).stats();
    expect(dominant).toEqual({ r: 200, g: 40, b: 56 });
  });

  it('draws none of nothing', async () => {
    const out = join(temporaryFolder(), 'sheet.png');
    await expect(writeContactSheet([], out)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
    expect(existsSync(out)).toBe(false);
  });
});
