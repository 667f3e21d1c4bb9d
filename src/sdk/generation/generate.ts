import type { ModelCore } from '../model/model-core.js';
import { checkGenerateOptions } from './draw-options.js';
import { type OutputKind, type OutputTypes, toOutput } from './output.js';
import { type PreparedPicture, preparePictures } from './prepare-pictures.js';
import { checkedPrompts } from './prompts.js';
import type { GenerateResult } from './result.js';

/**
 * Draws from one prompt or several; results are in the order of the prompts.
 * @throws WordbrushError as `Model.generate` does.
 */
export async function generateWith<Output extends OutputKind>(
  core: ModelCore,
  input: unknown,
  options: unknown,
): Promise<GenerateResult<Output>[]> {
  const prompts = checkedPrompts(input);
  const results = await drawPrompts<Output>(core, prompts, options);
  return results.map((result, index) => ({ ...result, prompt: prompts[index] ?? '' }));
}

/**
 * Draws from prompts that were checked, or from noise alone where they are undefined.
 * @throws WordbrushError as `Model.generate` does.
 */
export async function drawPrompts<Output extends OutputKind>(
  core: ModelCore,
  prompts: readonly (string | undefined)[],
  options: unknown,
): Promise<Omit<GenerateResult<Output>, 'prompt'>[]> {
  const started = performance.now();
  const checked = checkGenerateOptions(options, prompts.length);
  // The caller's type parameter is the type of that option, which was just checked.
  const output = checked.output as Output;
  const call = core.begin(checked.signal, checked.onProgress);
  const stages = core.stagesTo(checked.size);
  const prepared = await preparePictures(core, prompts, checked, call);
  const pictures = prepared.flatMap((each) => each.pictures);
  const requests = pictures.map(({ request }) => request);
  const images: OutputTypes[Output][] = [];
  const imageMs = pictures.map(() => 0);
  const steps = core.draw(stages, requests, call, core.lanes);
  for await (const { index, stage, size, image, elapsedMs } of steps) {
    imageMs[index] = (imageMs[index] ?? 0) + elapsedMs;
    if (stage === stages.length - 1) {
      const { seed, prompt } = pictureAt(pictures, index);
      await core.nextTurn();
      images[index] = await toOutput(output, { values: image, size, seed, prompt, files: core.images });
    }
  }
  const totalMs = performance.now() - started;
  let first = 0;
  return prepared.map(({ pictures: own, words, textMs }) => {
    const range = [first, first + own.length] as const;
    first += own.length;
    const seeds = own.map(({ seed }) => seed);
    return {
      images: images.slice(...range),
      seed: seeds[0] ?? 0,
      seeds,
      size: stages.at(-1)?.description.size ?? 0,
      device: core.device,
      words,
      timings: { loadMs: 0, textMs, imageMs: imageMs.slice(...range), totalMs },
    };
  });
}

function pictureAt(pictures: readonly PreparedPicture[], index: number): PreparedPicture {
  const picture = pictures[index];
  if (picture === undefined) {
    throw new RangeError(`Expected a picture number ${index}.`);
  }
  return picture;
}
