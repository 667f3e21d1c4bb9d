import { describe, expect, it } from 'vitest';
import { matchPictures } from '../../../../tools/import/embeddings/match-pictures.js';

describe('matchPictures', () => {
  it('finds pictures by the end of their path, suffix or none', () => {
    const names = ['002.Laysan/Laysan_0002_1027', '001.Black/Black_0001.jpg', 'COCO_train2014_000000000009'];
    const pictures = [
      'images/001.Black/Black_0001.jpg',
      'train2014/COCO_train2014_000000000009.jpg',
      'images/002.Laysan/Laysan_0002_1027.jpg',
    ];
    const { byPicture, unmatched, twice } = matchPictures(names, pictures);
    expect([...byPicture]).toEqual([
      ['images/002.Laysan/Laysan_0002_1027.jpg', 0],
      ['images/001.Black/Black_0001.jpg', 1],
      ['train2014/COCO_train2014_000000000009.jpg', 2],
    ]);
    expect({ unmatched, twice }).toEqual({ unmatched: [], twice: undefined });
  });

  it('takes the last part of other folders only where it is alone on both sides', () => {
    const flowers = matchPictures(['jpg/image_00001'], ['pictures/image_00001.png']);
    expect([...flowers.byPicture]).toEqual([['pictures/image_00001.png', 0]]);
    const numbered = matchPictures(['a/1', 'b/1'], ['a/1.png']);
    expect([...numbered.byPicture]).toEqual([['a/1.png', 0]]);
    expect(numbered.unmatched).toEqual(['b/1']);
    expect(matchPictures(['c/1'], ['a/1.png', 'b/1.png']).unmatched).toEqual(['c/1']);
    // The end of a folder's name is no folder.
    expect(matchPictures(['b/1', 'x/1'], ['ab/1.png']).unmatched).toEqual(['b/1', 'x/1']);
  });

  it('says which picture several names mean', () => {
    expect(matchPictures(['a/1', 'a/1.png'], ['a/1.png']).twice).toBe('a/1.png');
  });
});
