import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWord, tokenize } from '../../../src/sdk/text/tokenize.js';
import { cpuMsOf } from '../../cpu-time.js';

describe('tokenize', () => {
  it.each<[string, string[]]>([
    ['a Red  heart', ['a', 'red', 'heart']],
    ['Crème brûlée, ÉCLAIR!', ['creme', 'brulee', 'eclair']],
    ["woman's hat", ['womans', 'hat']],
    ['woman’s hat', ['womans', 'hat']],
    ["rock 'n' roll, the dogs' bowl", ['rock', 'n', 'roll', 'the', 'dogs', 'bowl']],
    ["x''y", ['x', 'y']],
    ['blue-green_sea 3rd', ['blue', 'green', 'sea', '3rd']],
    ['ＦＵＬＬ ｗｉｄｔｈ 𝐁𝐨𝐥𝐝 ﬁsh', ['full', 'width', 'bold', 'fish']],
    ['İstanbul STRASSE Straße', ['istanbul', 'strasse', 'straße']],
    ['красное сердце', ['красное', 'сердце']],
    ['لون أحمر', ['لون', 'أحمر']],
    ['红心', ['红心']],
    ['한국어 カラー', ['한국어', 'カラー']],
    ['लाल दिल', ['लाल', 'दिल']],
    ['', []],
    [' \n\t…!?', []],
  ])('%j', (text, tokens) => {
    expect(tokenize(text)).toEqual(tokens);
  });

  it('makes every emoji a token of its own, sequences whole', () => {
    expect(tokenize('red❤️heart👍🏽 👨‍👩‍👧 🇩🇪🇫🇷 1️⃣')).toEqual([
      'red',
      '❤️',
      'heart',
      '👍🏽',
      '👨‍👩‍👧',
      '🇩🇪',
      '🇫🇷',
      '1',
    ]);
    expect(tokenize('❤️ a 1').map(isWord)).toEqual([false, true, true]);
  });

  it('gives the same tokens for composed and decomposed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenize(text.normalize('NFD'))).toEqual(tokenize(text.normalize('NFC')));
      }),
    );
  });

  it('leaves its own words as they are, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const words = tokenize(text).filter(isWord);
        expect(tokenize(words.join(' '))).toEqual(words);
      }),
      { numRuns: 2000 },
    );
  });

  it('takes a long text in a moment', () => {
    const takenMs = cpuMsOf(() => {
      tokenize("a'".repeat(200_000));
      tokenize('❤️\u200d'.repeat(200_000));
    });
    expect(takenMs).toBeLessThan(2000);
  });
});
