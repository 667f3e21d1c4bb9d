import { describe, expect, it } from 'vitest';
import { RandomStream } from '../../../src/sdk/noise/index.js';
import { drawCaption, vocabularyCaptions } from '../../../src/training/data/draw-caption.js';

const CAPTIONS = ['red heart', 'emotion', 'love', 'red'];

describe('drawing a caption', () => {
  it('any: each caption, and nothing else', () => {
    const random = new RandomStream(1);
    const drawn = new Set(Array.from({ length: 200 }, () => drawCaption(CAPTIONS, 'any', random)));
    expect([...drawn].sort()).toEqual([...CAPTIONS].sort());
  });

  it('labelAndTags: the label, the label with tags, or tags alone; an article only before the label', () => {
    const random = new RandomStream(2);
    const drawn = Array.from({ length: 500 }, () => drawCaption(CAPTIONS, 'labelAndTags', random));
    for (const caption of drawn) {
      expect(caption).toMatch(/^((an? |the )?red heart)?( ?(emotion|love|red))*$/);
      expect(caption).not.toBe('');
    }
    expect(drawn).toContain('red heart');
    expect(drawn.some((caption) => caption.startsWith('a red heart'))).toBe(true);
    expect(drawn.some((caption) => /^(emotion|love)/.test(caption))).toBe(true);
    expect(drawn.some((caption) => /^red heart .* /.test(caption))).toBe(true);
  });

  it('labelAndTags without tags: the label', () => {
    const random = new RandomStream(3);
    for (let i = 0; i < 20; i++)
      expect(drawCaption(['sun'], 'labelAndTags', random)).toMatch(/^(an? |the )?sun$/);
  });

  it('the vocabulary has every word that can be drawn', () => {
    expect(vocabularyCaptions([['sun']], 'labelAndTags')).toEqual(['a', 'an', 'the', 'sun']);
    expect(vocabularyCaptions([['sun']], 'any')).toEqual(['sun']);
  });
});
