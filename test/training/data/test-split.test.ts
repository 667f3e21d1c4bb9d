import { describe, expect, it } from 'vitest';
import { splitByName } from '../../../src/training/data/test-split.js';

describe('splitByName', () => {
  it('holds a tenth out', () => {
    const names = Array.from({ length: 10_000 }, (_, i) => `images/${i}.png`);
    const held = names.filter((name) => splitByName(name) === 'test').length;
    // Four standard deviations of a binomial draw.
    expect(Math.abs(held - 1000)).toBeLessThan(120);
  });

  it('never changes: runs must stay comparable', () => {
    expect(splitByName('images/smileys-emotion/1f49a.png')).toBe('test');
    expect(splitByName('images/smileys-emotion/2764.png')).toBe('train');
  });
});
