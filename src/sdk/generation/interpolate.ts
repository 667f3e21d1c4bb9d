import type { GeneratedImage } from '../image/generated-image.js';
import type { ModelCore } from '../model/model-core.js';
import { checkPrompt } from '../text/index.js';
import { blendNoise, blendText } from './blend.js';
import type { PictureRequest } from './draw-stages.js';
import { checkDrawOptions, checkEnds, checkSteps } from './options.js';
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
  const [noiseA, noiseB] = [noiseOf(a), noiseOf(b)];
  const textA = await core.track(core.readText(a.prompt, call));
  const textB = await core.track(core.readText(b.prompt, call));
  const requests = Array.from({ length: count }, (_, step): PictureRequest => {
    const weight = step / (count - 1);
    return {
      text: blendText(textA.values, textB.values, weight),
      noise: blendNoise(noiseA, noiseB, weight),
    };
  });
  const images: GeneratedImage[] = [];
  const imageMs = requests.map(() => 0);
  const drawing = core.draw(stages, requests, call, core.lanes);
  for (;;) {
    const step = await core.track(drawing.next());
    if (step.done === true) break;
    const { index, stage, size, image: values, elapsedMs } = step.value;
    imageMs[index] = (imageMs[index] ?? 0) + elapsedMs;
    if (stage !== stages.length - 1) continue;
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
