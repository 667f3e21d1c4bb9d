import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { encodePrompt, tokenizeOfficial } from '../../../src/sdk/text/index.js';
import { fitVocabulary } from '../../../tools/import/vocabulary/fit-vocabulary.js';

// Written by bench/pytorch/write_tokenizer_cases.py with Python's own regular expressions.
const FIXTURE = new URL('../../fixtures/official-tokenizer/cases.json', import.meta.url);
const { cases, birds } = z
  .object({
    cases: z.array(z.object({ text: z.string(), words: z.array(z.string()) })),
    birds: z.object({ captions: z.number(), sha256: z.string() }),
  })
  .parse(JSON.parse(readFileSync(FIXTURE, 'utf8')));
const CAPTIONS = new URL('../../../../shared/data/birds/metadata.jsonl', import.meta.url);

describe('tokenizeOfficial', () => {
  it.each(cases)('splits $text as Python does', ({ text, words }) => {
    expect(tokenizeOfficial(text)).toEqual(words);
  });

  it.runIf(existsSync(CAPTIONS))(
    'splits all captions of the birds so (skipped where ../shared is not)',
    () => {
      const hash = createHash('sha256');
      let count = 0;
      for (const line of readFileSync(CAPTIONS, 'utf8').trim().split('\n')) {
        const { captions } = z.object({ captions: z.array(z.string()) }).parse(JSON.parse(line));
        for (const caption of captions) hash.update(`${tokenizeOfficial(caption).join(' ')}\n`);
        count += captions.length;
      }
      expect({ captions: count, sha256: hash.digest('hex') }).toEqual(birds);
    },
  );

  it('is what a prompt of an imported model is read by', () => {
    const vocabulary = fitVocabulary(['<end>', 'bird', 's', 'caf', '_x'], 5, 'test');
    const { ids, words } = encodePrompt("Bird's café _x", vocabulary, 10, 'official');
    expect([...ids]).toEqual([1, 2, 3, 4]);
    expect(words.map(({ status }) => status)).toEqual(['used', 'used', 'used', 'used']);
  });
});
