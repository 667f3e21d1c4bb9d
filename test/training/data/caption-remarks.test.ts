import { describe, expect, it } from 'vitest';
import { captionRemarks } from '../../../src/training/data/caption-remarks.js';
import type { CaptionedImage } from '../../../src/training/data/captioned-image.js';

/** A training picture for each list of captions. */
function pictures(...lists: string[][]): CaptionedImage[] {
  return lists.map((captions, index) => ({
    ...{ fileName: `${index}.png`, path: `/data/${index}.png`, captions, split: 'train' },
    ...{ group: undefined, classId: undefined, listedIn: '/data/metadata.jsonl', line: index + 1 },
  }));
}

const messages = (...lists: string[][]) =>
  captionRemarks('/data', pictures(...lists)).map(({ message }) => message);

describe('captionRemarks', () => {
  it('has none for plain captions', () => {
    expect(messages(['a red bird', 'a bird'], ['a blue bird'], ['日本 flag'])).toEqual([]);
    expect(messages(['a bird'])).toEqual([]);
  });

  it('tells of one caption for all pictures', () => {
    expect(messages(['bird'], ['bird', 'bird'], ['bird'])).toEqual([
      'has the same caption for all 3 training pictures: no model can learn from it what words mean',
    ]);
  });

  it('tells of writing without spaces, where much of the text is such', () => {
    expect(messages(['红色的鸟'], ['蓝色的鸟在树上'], ['a bird'])).toEqual([
      "has captions without spaces between words, which are read as one word ('红色的鸟'): put spaces in",
    ]);
    expect(messages(['红色 的 鸟'], ['蓝色 的 鸟'])).toEqual([]);
    expect(messages(['นกสีแดง'], ['นกสีฟ้า'])).toHaveLength(1);
  });

  it('tells of a caption that is a book, with its line', () => {
    expect(captionRemarks('/data', pictures(['a bird'], ['very '.repeat(20_000)]))).toEqual([
      {
        severity: 'warning',
        path: '/data/metadata.jsonl',
        line: 2,
        message: "'1.png' has a caption of 20,000 words, of which training reads the first few",
      },
    ]);
    expect(messages(['a bird'], ['x'.repeat(100_000)])).toEqual([]);
  });
});
