import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  attentionOverlay,
  generate,
  loadModel,
  type Preview,
  type ProgressEvent,
} from '../../../src/sdk/index.js';
import { normalNoise } from '../../../src/sdk/noise/index.js';
import { runGenerator } from '../../../src/training/architectures/attngan/generator.js';
import { type MicroAttngan, useMicroAttngan, useMicroUnconditional } from '../micro-bundles.js';

const attngan = useMicroAttngan();
const unconditional = useMicroUnconditional();
const PROMPT = 'a yellow bird with wings';

async function allOf(steps: AsyncGenerator<Preview>): Promise<Preview[]> {
  const all: Preview[] = [];
  for await (const step of steps) all.push(step);
  return all;
}

/** The same picture by TensorFlow.js: pixels 0 to 255 and attention [time, side, side]. */
function reference({ generator, text }: MicroAttngan, prompt: string, seed: number) {
  return tf.tidy(() => {
    const ids = prompt.split(' ').map((word) => text.vocabulary.indexOf(word) ?? 0);
    const lengths = tf.tensor1d([ids.length], 'int32');
    const encoded = text.encoder.apply([tf.tensor2d([ids], [1, ids.length], 'int32'), lengths]);
    const [words, sentences] = encoded as [tf.Tensor3D, tf.Tensor2D];
    const noise = (stream: number, size: number) => tf.tensor2d(normalNoise(seed, stream, size), [1, size]);
    const inputs = { sentences, words, lengths, z: noise(0, 5), eps: noise(1, 4) };
    const { images, attentionMaps } = runGenerator(generator, inputs, { training: false });
    return {
      pixels: images.map((image) => image.add(1).mul(127.5).dataSync()),
      attention: attentionMaps[0]?.squeeze([0]).transpose([2, 0, 1]).dataSync(),
    };
  });
}

describe('a model with attention', () => {
  it('streams the picture of every stage, and where each word was looked at, as TensorFlow.js draws them', async () => {
    await using model = await loadModel(attngan().folder);
    const previews = await allOf(model.stream(PROMPT, { seed: 3 }));
    const { pixels, attention } = reference(attngan(), PROMPT, 3);
    expect(previews).toMatchObject([
      { index: 0, stage: 1, stages: 2, final: false, attention: [] },
      { index: 0, stage: 2, stages: 2, final: true },
    ]);
    for (const [stage, { image }] of previews.entries()) {
      const drawn = image.data.filter((_, index) => index % 4 !== 3);
      expect(drawn).toHaveLength(pixels[stage]?.length ?? 0);
      const worst = drawn.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (pixels[stage]?.[i] ?? 0))),
        0,
      );
      // Half a step of 256 by rounding, and float32 differences below a hundredth.
      expect(worst).toBeLessThan(0.52);
    }
    const maps = previews[1]?.attention ?? [];
    expect(maps.map(({ word }) => word)).toEqual(PROMPT.split(' '));
    const joined = Float32Array.from(maps.flatMap(({ data }) => [...data]));
    expect(joined).toHaveLength(5 * 64 * 64);
    const worst = joined.reduce(
      (most, value, i) => Math.max(most, Math.abs(value - (attention?.[i] ?? 0))),
      0,
    );
    expect(worst).toBeLessThan(1e-5);
  });

  it('draws a word over the picture as heat, with the word below', async () => {
    await using model = await loadModel(attngan().folder);
    const [, last] = await allOf(model.stream(PROMPT, { seed: 3 }));
    const [map] = last?.attention ?? [];
    if (last === undefined || map === undefined) throw new Error('no attention');
    const overlay = attentionOverlay(last.image, map);
    expect(overlay.width).toBe(128);
    expect(overlay.height).toBe(128 + 11);
    expect(overlay.data).not.toEqual(last.image.data);
  });

  it('gives results of several prompts in their order, each with its pictures', async () => {
    const events: ProgressEvent[] = [];
    await using model = await loadModel(attngan().folder);
    const prompts = ['yellow bird', 'black wings', 'an old green tree'];
    const results = await model.generate(prompts, {
      seed: 5,
      count: 3,
      size: 64,
      onProgress: (event) => events.push(event),
    });
    expect(results.map(({ prompt }) => prompt)).toEqual(prompts);
    for (const result of results) {
      expect(result).toMatchObject({ seed: 5, seeds: [5, 6, 7], size: 64 });
      const alone = await model.generate(result.prompt, { seed: 6, size: 64 });
      expect(result.images[1]?.data).toEqual(alone.images[0]?.data);
      expect(result.images[1]).toMatchObject({ seed: 6, prompt: result.prompt });
    }
    expect(events.map(({ completed }) => completed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('stops at the stage of a size, with the picture that the stream gives there', async () => {
    await using model = await loadModel(attngan().folder);
    const [first] = await allOf(model.stream(PROMPT, { seed: 4 }));
    const { images, size } = await model.generate(PROMPT, { seed: 4, size: 64 });
    expect(size).toBe(64);
    expect(images[0]?.data).toEqual(first?.image.data);
    await expect(model.generate(PROMPT, { size: 100 })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: 'Expected size: one of 64, 128, received 100.',
    });
  });

  it('gives pixels and PNG files instead of images', async () => {
    await using model = await loadModel(attngan().folder);
    const options = { seed: 4, size: 64 };
    const [image] = (await model.generate(PROMPT, options)).images;
    const [rgba] = (await model.generate(PROMPT, { ...options, output: 'rgba' })).images;
    const [png] = (await model.generate(PROMPT, { ...options, output: 'png' })).images;
    expect(rgba).toEqual(image?.data);
    expect(png).toEqual(await image?.toPNG());
  });

  it('takes noise outright, and then depends on no seed', async () => {
    await using model = await loadModel(attngan().folder);
    const noise = { z: normalNoise(9, 0, 5), eps: [normalNoise(9, 1, 4)] };
    const options = { size: 64, noise };
    const given = await model.generate(PROMPT, { ...options, seed: 1 });
    const seeded = await model.generate(PROMPT, { size: 64, seed: 9 });
    expect(given.images[0]?.data).toEqual(seeded.images[0]?.data);
    await expect(model.generate(PROMPT, { noise: { z: [1, 2] } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('Expected noise.z: 5 entries, received 2.'),
    });
    await expect(model.generate(PROMPT, { noise: { z: [1, 2, 3, 4, Number.NaN] } })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
  });

  it('draws the mean of a text without variation, and less noise with truncation', async () => {
    await using model = await loadModel(attngan().folder);
    const draw = async (options: object) =>
      (await model.generate(PROMPT, { size: 64, ...options })).images[0]?.data;
    const z = normalNoise(2, 0, 5);
    const mean = await draw({ noise: { z, eps: [[0, 0, 0, 0]] } });
    expect(await draw({ seed: 2, variation: 0 })).toEqual(mean);
    expect(await draw({ seed: 2 })).not.toEqual(mean);
    const still = await draw({ seed: 2, variation: 0, truncation: 0 });
    expect(await draw({ seed: 3, variation: 0, truncation: 0 })).toEqual(still);
    expect(await draw({ seed: 2, truncation: 10 })).toEqual(await draw({ seed: 2 }));
  });

  it('goes from one prompt to another, both ends as drawn by themselves', async () => {
    await using model = await loadModel(attngan().folder);
    const a = { prompt: 'yellow bird', seed: 1 };
    const b = { prompt: 'an old green tree', seed: 2 };
    const { images, ...result } = await model.interpolate(a, b, 5);
    expect(images).toHaveLength(5);
    expect(result).toMatchObject({ prompts: [a.prompt, b.prompt], seeds: [1, 2], size: 128 });
    for (const [image, end] of [
      [images[0], a],
      [images[4], b],
    ] as const) {
      const alone = await model.generate(end.prompt, { seed: end.seed });
      expect(image?.data).toEqual(alone.images[0]?.data);
    }
    expect(new Set(images.map(({ data }) => data.join())).size).toBe(5);
    const shared = await model.interpolate('yellow bird', 'yellow bird', 3, { size: 64 });
    expect(shared.seeds[0]).toBe(shared.seeds[1]);
    expect(shared.images[1]?.data).toEqual(shared.images[0]?.data);
    await expect(model.interpolate('a', 'bird', 1)).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('ends a stream when it is aborted, disposed of, or no longer asked', async () => {
    const controller = new AbortController();
    const model = await loadModel(attngan().folder);
    const aborted = model.stream(PROMPT, { signal: controller.signal });
    expect((await aborted.next()).value).toMatchObject({ stage: 1 });
    controller.abort(new Error('enough'));
    await expect(aborted.next()).rejects.toMatchObject({ code: 'ABORTED' });
    for await (const { stage } of model.stream(PROMPT, { count: 4 })) {
      expect(stage).toBe(1);
      break;
    }
    const left = model.stream(PROMPT);
    await left.next();
    await model.dispose();
    await expect(left.next()).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(model.stream(PROMPT).next()).rejects.toMatchObject({ code: 'DISPOSED' });
    await expect(model.score('x.png', 'bird')).rejects.toMatchObject({ code: 'DISPOSED' });
  });
});

describe('a model without text', () => {
  it('draws from noise alone', async () => {
    await using model = await loadModel(unconditional(), { conditional: false });
    expect(model.conditional).toBe(false);
    expect(model.info()).toMatchObject({ conditional: false, noise: { zDim: 5, epsDim: 0, epsCount: 0 } });
    const { images, ...rest } = await model.generate({ seed: [3, 4], size: 64 });
    expect(rest).not.toHaveProperty('prompt');
    expect(rest).not.toHaveProperty('words');
    expect(images.map(({ seed, prompt }) => [seed, prompt])).toEqual([
      [3, undefined],
      [4, undefined],
    ]);
    expect(await allOf(model.stream({ seed: 3 }))).toMatchObject([{ stage: 1 }, { stage: 2, final: true }]);
    const once = await generate({ model: unconditional(), seed: 4, size: 64 });
    expect(once.images[0]?.data).toEqual(images[1]?.data);
    const between = await model.interpolate({ seed: 3 }, { seed: 4 }, 3, { size: 64 });
    expect(between.images[0]?.data).toEqual(images[0]?.data);
    expect(between.images[2]?.data).toEqual(images[1]?.data);
  });

  it('is told from one with text', async () => {
    await expect(loadModel(unconditional())).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      message: expect.stringContaining('conditional: false'),
    });
    await expect(loadModel(attngan().folder, { conditional: false })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
      details: { option: 'conditional' },
    });
    await expect(generate('a bird', { model: unconditional() })).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await using model = await loadModel(unconditional(), { conditional: false });
    // @ts-expect-error it takes no prompt
    await expect(model.generate('a bird')).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });
});
