import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import * as wordbrush from '../../src/sdk/index.js';
import { runCode } from './run-code.js';

const text = readFileSync(new URL('../../docs/sdk.md', import.meta.url), 'utf8');
const examples = [...text.matchAll(/^```js\n(.*?)^```$/gmsu)].map(([, code = '']) => code);

describe('docs/sdk.md', () => {
  it.each(examples.map((code) => [code.split('\n')[2] ?? '', code]))(
    'has code that runs: %s',
    async (_, code) => {
      const returned = [...code.matchAll(/^const (?:(\w+)|\{ (\w+))/gmu)].flatMap(
        ([, name, first]) => name ?? first ?? [],
      );
      const results = await runCode(code, { wordbrush }, returned);
      for (const name of returned) expect(results[name], name).toBeDefined();
    },
  );

  it('has examples', () => expect(examples.length).toBeGreaterThan(2));
});
