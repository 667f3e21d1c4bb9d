import type { GeneratedImage } from '../image/generated-image.js';
import type { ModelCore } from '../model/model-core.js';
import { checkPrompt } from '../text/index.js';
import { blendNoise, blendText } from './blend.js';
import { checkDrawOptions } from './draw-options.js';
import type { PictureRequest } from './draw-stages.js';
import { checkEnds, checkSteps } from './interpolate-options.js';
import { toGeneratedImage } from './output.js';
import { drawNoise } from './picture-noise.js';
import type { InterpolateResult } from './result.js';

/**
 * Draws pictures on the way between two ends; a model without text gives empty prompts and words.
 * @throws WordbrushError as `Model.interpolate` does.
 */
export async function interpolateWith(
  core: ModelCore,
  ends: readonly [unknown, unknown],
  steps: unknown,
  options: unknown,
): Promise<InterpolateResult> {
  const started = performance.now();
  const { conditional } = core.manifest;
  const [a, b] = checkEnds(...ends, conditional);
  const count = checkSteps(steps);
  const { size: wantedSize, truncation, variation, signal, onProgress } = checkDrawOptions(options);
  if (conditional) {
    for (const { prompt } of [a, b]) checkPrompt(prompt);
  }
  const call = core.begin(signal, onProgress);
  const stages = core.stagesTo(wantedSize);
  const noiseOf = ({ seed, noise: given }: typeof a) =>
    drawNoise(core.noiseShape, { seed, truncation, variation, given });
  await core.nextTurn();
  const [noiseA, noiseB] = [noiseOf(a), noiseOf(b)];
  const textA = await core.track(core.readText(a.prompt, call));
  const textB = await core.track(core.readText(b.prompt, call));
  const requests: PictureRequest[] = [];
  for (let step = 0; step < count; step++) {
    await core.nextTurn();
    const weight = step / (count - 1);
    requests.push({
      text: blendText(textA.values, textB.values, weight),
      noise: blendNoise(noiseA, noiseB, weight),
    });
  }
  const images: GeneratedImage[] = [];
  const imageMs = requests.map(() => 0);
  const drawing = core.draw(stages, requests, call, core.lanes);
  for await (const { index, stage, size, image: values, elapsedMs } of drawing) {
    imageMs[index] = (imageMs[index] ?? 0) + elapsedMs;
    if (stage !== stages.length - 1) continue;
    await core.nextTurn();
    const { seed, prompt } = 2 * index < count ? a : b;
    images[index] = toGeneratedImage({
      values,
      size,
      seed,
      prompt: conditional ? prompt : undefined,
      files: core.images,
    });
  }
  return {
    images,
    prompts: [a.prompt, b.prompt],
    words: [textA.words, textB.words],
    seeds: [a.seed, b.seed],
    size: stages.at(-1)?.description.size ?? 0,
    device: core.device,
    timings: {
      loadMs: 0,
      textMs: textA.elapsedMs + textB.elapsedMs,
      imageMs,
      totalMs: performance.now() - started,
    },
  };
}
