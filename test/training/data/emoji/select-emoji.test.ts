import { describe, expect, it } from 'vitest';
import { selectEmoji } from '../../../../src/training/data/emoji/select-emoji.js';

const emoji = [
  { label: 'grinning face', hexcode: '1F600', tags: ['face', 'grin'], group: 0 },
  { label: 'red heart', hexcode: '2764', tags: ['heart', 'red heart', '<3', '×'], group: 0 },
  { label: 'heart on fire', hexcode: '2764-FE0F-200D-1F525', tags: ['heart'], group: 0 },
  { label: 'man', hexcode: '1F468', tags: ['adult'], group: 1, skins: [{ label: 'man: dark skin tone' }] },
  { label: 'man cook', hexcode: '1F468-200D-1F373', tags: ['chef'], group: 1 },
  { label: 'flag: Peru', hexcode: '1F1F5-1F1EA', tags: ['PE'], group: 9 },
  { label: 'dark skin tone', hexcode: '1F3FF', tags: [], group: 2 },
  { label: 'regional indicator A', hexcode: '1F1E6' },
  { label: 'without a picture', hexcode: '1F601', tags: [], group: 0 },
];
const assets = [
  '1f600',
  '2764-fe0f',
  '2764-fe0f-200d-1f525',
  '1f468',
  '1f468-1f3ff',
  '1f468-200d-1f373',
  '1f1f5-1f1ea',
];
const paths = ['package.json', ...[...assets, '1f3ff', '1f1e6'].map((code) => `assets/${code}.webp`)];

describe('selectEmoji', () => {
  const selected = selectEmoji(JSON.stringify(emoji), paths);

  it('leaves out flags, components, people joined with something and what has no picture', () => {
    expect(selected.map(({ captions }) => captions[0])).toEqual([
      'grinning face',
      'red heart',
      'heart on fire',
      'man',
    ]);
  });

  it('gives the label first, then tags with a word in them', () => {
    expect(selected[1]).toEqual({
      hexcode: '2764',
      group: 'smileys-emotion',
      captions: ['red heart', 'heart', '<3'],
      asset: 'assets/2764-fe0f.webp',
    });
  });

  it.each([
    '',
    'nonsense',
    '{}',
    '[{"label": "", "hexcode": "1F600"}]',
    '[{"label": "a", "hexcode": "../x"}]',
  ])('refuses %j', (json) => {
    expect(() => selectEmoji(json, paths)).toThrow(expect.objectContaining({ code: 'DATASET_INVALID' }));
  });
});
