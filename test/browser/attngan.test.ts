import { describe, expect, it } from 'vitest';
import { loadModel, type Preview } from '../../src/sdk/index.js';
import { useMicroAttngan } from '../sdk/micro-bundles.js';
import { findBrowser } from './find-browser.js';
import { furthest } from './furthest.js';
import { useBrowser } from './use-browser.js';

const PROMPT = 'a small yellow bird';

describe.skipIf(findBrowser() === undefined)('a model of several stages in Chromium', () => {
  const bundle = useMicroAttngan();
  const { open } = useBrowser(async () => ({ folders: [['/micro/', `${bundle().folder}/`]] }));

  it.each([
    ['wasm', 1],
    ['webgpu', 3],
  ] as const)('%s streams the stages, attention and scores that Node gives', async (device, steps) => {
    const page = await open();
    const inPage = await page.evaluate(
      async ([prompt, place]) => {
        const model = await wordbrush.loadModel('micro', { device: place });
        const stages: {
          size: number;
          final: boolean;
          pixels: number[];
          words: string[];
          shares: number[][];
        }[] = [];
        for await (const { image, attention, final } of model.stream(prompt, { seed: 7 })) {
          stages.push({
            size: image.width,
            final,
            pixels: Array.from(image.data),
            words: attention.map(({ word }) => word),
            shares: attention.map(({ data }) => Array.from(data)),
          });
        }
        const last = stages.at(-1);
        const { score, words } = await model.score(
          {
            data: Uint8ClampedArray.from(last?.pixels ?? []),
            width: last?.size ?? 0,
            height: last?.size ?? 0,
          },
          prompt,
        );
        await model.dispose();
        return { stages, score, relevance: words.map(({ relevance = 0 }) => relevance) };
      },
      [PROMPT, device] as const,
    );
    const model = await loadModel(bundle().folder, { device: 'cpu' });
    const expected: Preview[] = [];
    for await (const preview of model.stream(PROMPT, { seed: 7 })) expected.push(preview);
    expect(inPage.stages.map(({ size, final }) => [size, final])).toEqual([
      [64, false],
      [128, true],
    ]);
    for (const [index, { image, attention }] of expected.entries()) {
      const stage = inPage.stages[index];
      expect(furthest(stage?.pixels ?? [], image.data)).toBeLessThanOrEqual(steps);
      expect(stage?.words).toEqual(attention.map(({ word }) => word));
      for (const [word, { data }] of attention.entries()) {
        expect(furthest(stage?.shares[word] ?? [], data)).toBeLessThan(1e-4);
      }
    }
    const last = expected.at(-1);
    if (last === undefined) throw new Error('no picture');
    const { score, words } = await model.score(last.image, PROMPT);
    await model.dispose();
    // Of a picture that may differ by a few steps in 255.
    expect(Math.abs(inPage.score - score)).toBeLessThan(0.02);
    expect(
      furthest(
        inPage.relevance,
        words.map(({ relevance = 0 }) => relevance),
      ),
    ).toBeLessThan(0.02);
  });
});
