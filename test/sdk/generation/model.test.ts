import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { generate, loadModel, type ProgressEvent } from '../../../src/sdk/index.js';
import { changeManifest, copyTinyBundle, replaceFile, TINY_BUNDLE } from '../tiny-bundle.js';

const expectedSchema = z.object({
  prompt: z.string(),
  seed: z.number(),
  width: z.number(),
  height: z.number(),
  rgb: z.array(z.number()),
});

function fileOf(folder: string, file: string): Uint8Array {
  return readFileSync(join(folder, file));
}

describe('generate', () => {
  it("draws what onnx's reference evaluator draws from the same noise", async () => {
    const text = readFileSync(join(TINY_BUNDLE, 'expected.json'), 'utf8');
    const { prompt, seed, width, height, rgb } = expectedSchema.parse(JSON.parse(text));
    const { images } = await generate(prompt, { seed, model: TINY_BUNDLE });
    const [image] = images;
    expect(image).toMatchObject({ width, height, seed });
    const drawn = Array.from(image?.data ?? []).filter((_, i) => i % 4 !== 3);
    expect(drawn).toHaveLength(rgb.length);
    const worst = Math.max(...drawn.map((value, i) => Math.abs(value - (rgb[i] ?? Number.NaN))));
    // Both round to the nearest of 256; a value near a half may fall either way.
    expect(worst).toBeLessThanOrEqual(1);
    expect(drawn.filter((value, i) => value !== rgb[i]).length).toBeLessThan(rgb.length / 100);
  });

  it('says all about the call', async () => {
    const result = await generate('A red hart, a blue cat and a green sun', {
      seed: 3,
      count: 2,
      model: TINY_BUNDLE,
    });
    expect(result).toMatchObject({
      prompt: 'A red hart, a blue cat and a green sun',
      seed: 3,
      device: 'cpu',
    });
    expect(result.images.map(({ seed }) => seed)).toEqual([3, 4]);
    expect(result.words.map(({ status }) => status)).toEqual([
      ...['used', 'used', 'unknown', 'used', 'used', 'used'],
      ...['unknown', 'truncated', 'truncated', 'truncated'],
    ]);
    expect(result.words[2]).toEqual({ text: 'hart', status: 'unknown', suggestions: ['heart'] });
    const { loadMs, textMs, imageMs, totalMs } = result.timings;
    expect(loadMs).toBeGreaterThan(0);
    expect(imageMs).toHaveLength(2);
    expect(loadMs + textMs + imageMs.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(totalMs);
  });

  it('gives picture k of a seed the bytes of seed + k alone', async () => {
    const together = await generate('red heart', { seed: 10, count: 3, model: TINY_BUNDLE });
    for (const image of together.images) {
      const alone = await generate('red heart', { seed: image.seed, model: TINY_BUNDLE });
      expect(alone.images[0]?.data).toEqual(image.data);
    }
    expect(together.images[0]?.data).not.toEqual(together.images[1]?.data);
  });

  it('depends on the words that it knows, not on those that it leaves out', async () => {
    const draw = async (prompt: string) =>
      (await generate(prompt, { seed: 1, model: TINY_BUNDLE })).images[0]?.data;
    expect(await draw('a red heart')).toEqual(await draw('A, xylophone RED ❤️ heart!'));
    expect(await draw('a red heart')).not.toEqual(await draw('a blue heart'));
  });

  it('draws the largest seed, and another for a random one', async () => {
    const seed = Number.MAX_SAFE_INTEGER;
    expect((await generate('sun', { seed, model: TINY_BUNDLE })).images[0]?.seed).toBe(seed);
    const first = await generate('sun', { model: TINY_BUNDLE });
    const second = await generate('sun', { model: TINY_BUNDLE });
    expect(first.seed).not.toBe(second.seed);
    const again = await generate('sun', { seed: first.seed, model: TINY_BUNDLE });
    expect(again.images[0]?.data).toEqual(first.images[0]?.data);
  });

  it('reports progress that only grows, phase by phase', async () => {
    const events: ProgressEvent[] = [];
    await generate('sun', { count: 2, model: TINY_BUNDLE, onProgress: (event) => events.push(event) });
    expect([...new Set(events.map(({ phase }) => phase))]).toEqual(['verify', 'session', 'generate']);
    for (const phase of ['verify', 'session', 'generate']) {
      const ofPhase = events.filter((event) => event.phase === phase);
      const completed = ofPhase.map((event) => event.completed);
      expect(completed).toEqual([...completed].sort((a, b) => a - b));
      expect(new Set(ofPhase.map(({ total }) => total))).toEqual(new Set([completed.at(-1)]));
    }
    expect(events.filter(({ phase }) => phase === 'generate')).toMatchObject([
      { image: 0, size: 16 },
      { image: 1, size: 16 },
      { image: 0, size: 32 },
      { image: 1, size: 32 },
    ]);
  });

  it('goes on when onProgress throws, calls it no more, and warns', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    let calls = 0;
    const onProgress = (): void => {
      calls++;
      throw new Error('oops');
    };
    const { images } = await generate('sun', { model: TINY_BUNDLE, onProgress });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(images).toHaveLength(1);
    expect(calls).toBe(1);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatchObject({ name: 'WordbrushWarning', message: expect.stringContaining('oops') });
  });

  it('checks prompt and options before it looks for a model', async () => {
    const model = '/there/is/no/such/model';
    await expect(generate('', { model })).rejects.toMatchObject({ code: 'PROMPT_EMPTY' });
    await expect(generate('red '.repeat(10_000), { model })).rejects.toMatchObject({
      code: 'PROMPT_TOO_LONG',
    });
    await expect(generate('red', { model, seed: -1 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(generate('red', { model, count: 0 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(generate('red', { model })).rejects.toMatchObject({ code: 'MODEL_NOT_FOUND' });
  });

  it('refuses a prompt of which the model knows no word', async () => {
    await expect(generate('красное сердце ❤️', { model: TINY_BUNDLE })).rejects.toMatchObject({
      code: 'PROMPT_UNKNOWN_WORDS',
    });
    await expect(generate('appel', { model: TINY_BUNDLE })).rejects.toMatchObject({
      code: 'PROMPT_UNKNOWN_WORDS',
      message: expect.stringContaining('near: apple'),
    });
  });
});

describe('loadModel', () => {
  it('says what it loaded', async () => {
    const model = await loadModel(TINY_BUNDLE, { device: 'cpu' });
    const { adapter, passedOver, ...info } = model.info();
    expect(info).toEqual({
      name: 'tiny',
      architecture: 'stackgan',
      conditional: true,
      location: TINY_BUNDLE,
      device: 'cpu',
      sizes: [16, 32],
      vocabularyWords: 12,
      maxWords: 5,
      noise: { zDim: 4, epsDim: 3, epsCount: 2 },
      notes: [],
      canScore: false,
      precision: 'fp32',
      training: { dataset: 'none', licence: 'MIT', preset: 'none', steps: 0, seed: 3 },
    });
    expect(adapter).not.toBe('');
    expect(passedOver).toEqual([]);
    await model.dispose();
  });

  it('draws what generate() draws, in overlapping calls too', async () => {
    await using model = await loadModel(TINY_BUNDLE);
    const prompts = ['red heart', 'blue car', 'green apple', 'sun'];
    const overlapping = await Promise.all(
      prompts.map((prompt) => model.generate(prompt, { seed: 5, count: 2 })),
    );
    for (const [i, prompt] of prompts.entries()) {
      const alone = await generate(prompt, { seed: 5, count: 2, model: TINY_BUNDLE });
      expect(overlapping[i]?.images.map(({ data }) => data)).toEqual(alone.images.map(({ data }) => data));
    }
    expect(overlapping[0]?.timings.loadMs).toBe(0);
  });

  it('is used up by dispose, which may be repeated', async () => {
    const model = await loadModel(TINY_BUNDLE);
    await Promise.all([model.dispose(), model.dispose()]);
    await model.dispose();
    await expect(model.generate('sun')).rejects.toMatchObject({ code: 'DISPOSED' });
  });

  it('ends the calls under way when disposed of', async () => {
    const model = await loadModel(TINY_BUNDLE);
    const call = model.generate('sun', { count: 64 });
    const ended = expect(call).rejects.toMatchObject({ code: 'DISPOSED' });
    await model.dispose();
    await ended;
  });

  it('refuses wrong arguments', async () => {
    await expect(loadModel('')).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    // @ts-expect-error a number is no model
    await expect(loadModel(7)).rejects.toMatchObject({ message: expect.stringContaining('Expected source') });
    // @ts-expect-error seed is no option of loading
    await expect(loadModel(TINY_BUNDLE, { seed: 1 })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});

describe('abort', () => {
  it('before the call', async () => {
    const signal = AbortSignal.abort(new Error('never mind'));
    await expect(generate('sun', { model: TINY_BUNDLE, signal })).rejects.toMatchObject({
      code: 'ABORTED',
      message: expect.stringContaining('never mind'),
      cause: signal.reason,
    });
  });

  it.each([
    ['verify', 2],
    ['session', 1],
    ['generate', 3],
  ] as const)('in phase %s, within one step', async (phase, after) => {
    const controller = new AbortController();
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => {
      events.push(event);
      if (event.phase === phase && events.filter((seen) => seen.phase === phase).length === after) {
        controller.abort();
      }
    };
    const call = generate('sun', { count: 64, model: TINY_BUNDLE, signal: controller.signal, onProgress });
    const error: unknown = await call.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'ABORTED', cause: controller.signal.reason });
    expect(events.filter((event) => event.phase === phase)).toHaveLength(after);
    expect(events.at(-1)?.phase).toBe(phase);
  });

  it('from a timer, while pictures are drawn', async () => {
    await using model = await loadModel(TINY_BUNDLE);
    const call = (async () => {
      const signal = AbortSignal.timeout(20);
      for (;;) {
        await model.generate('sun', { count: 64, signal });
      }
    })();
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' });
    expect((await model.generate('sun')).images).toHaveLength(1);
  });

  it('after the call does nothing', async () => {
    const controller = new AbortController();
    const { images } = await generate('sun', { model: TINY_BUNDLE, signal: controller.signal });
    controller.abort();
    expect(images).toHaveLength(1);
  });
});

describe('a bundle that does not fit itself', () => {
  const load = (folder: string) => loadModel(folder);

  it('holds a vocabulary that is none', async () => {
    const folder = copyTinyBundle();
    await replaceFile(folder, 'vocabulary.json', new TextEncoder().encode('{"words": "red"}'));
    await expect(load(folder)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  it('holds a file that is no graph', async () => {
    for (const content of [new Uint8Array(0), new TextEncoder().encode('<!doctype html>')]) {
      const folder = copyTinyBundle();
      await replaceFile(folder, 'stage-16.onnx', content);
      await expect(load(folder)).rejects.toMatchObject({
        code: 'MODEL_INVALID',
        details: { file: 'stage-16.onnx' },
      });
    }
  });

  it('holds a truncated graph with a manifest to match', async () => {
    const folder = copyTinyBundle();
    await replaceFile(folder, 'stage-16.onnx', fileOf(folder, 'stage-16.onnx').slice(0, 20_000));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining('Expected stage-16.onnx to be a graph that ONNX Runtime loads'),
    });
  });

  it('holds the graph of another stage', async () => {
    const folder = copyTinyBundle();
    await replaceFile(folder, 'stage-16.onnx', fileOf(folder, 'stage-32.onnx'));
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(
        'to have inputs z, eps, sentence, received hidden, previous_image, eps',
      ),
    });
  });

  it.each<[string, (manifest: Record<string, unknown>) => void, string]>([
    [
      'another size of noise',
      (manifest) => {
        manifest.noise = { zDim: 5, epsDim: 3 };
      },
      'stage-16.onnx to have input z as float32 [any, 5], received float32 [batch, 4]',
    ],
    [
      'another size of words',
      (manifest) => {
        manifest.textEncoder = { ...Object(manifest.textEncoder), wordDim: 7 };
      },
      'text-encoder.onnx to have output words as float32 [any, any, 7], received float32 [batch, time, 6]',
    ],
    [
      'another size of picture',
      (manifest) => {
        const [first, second] = Array.isArray(manifest.stages) ? manifest.stages : [];
        manifest.stages = [first, { ...Object(second), size: 64 }];
      },
      'stage-32.onnx to have output image as float32 [any, 3, 64, 64]',
    ],
    [
      'an output that is not there',
      (manifest) => {
        const [first] = Array.isArray(manifest.stages) ? manifest.stages : [];
        manifest.stages = [{ ...Object(first), outputs: ['image'] }];
      },
      'stage-16.onnx to have outputs image, received image, hidden',
    ],
  ])('promises %s', async (_, change, message) => {
    const folder = copyTinyBundle();
    changeManifest(folder, change);
    await expect(load(folder)).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringContaining(message),
    });
  });

  it('has more words than its embedding has rows', async () => {
    const folder = copyTinyBundle();
    const words = ['<pad>', ...Array.from({ length: 40 }, (_, i) => `word${i}`)];
    await replaceFile(folder, 'vocabulary.json', new TextEncoder().encode(JSON.stringify({ words })));
    await using model = await load(folder);
    await expect(model.generate('word30')).rejects.toMatchObject({
      code: 'MODEL_INVALID',
      details: { file: 'text-encoder.onnx' },
    });
  });
});
