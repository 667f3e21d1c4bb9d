import { attentionMaps } from '../image/attention-map.js';
import type { ModelCore } from '../model/model-core.js';
import { checkGenerateOptions } from './draw-options.js';
import { usedWords } from './encode-text.js';
import { toGeneratedImage } from './output.js';
import { preparePictures } from './prepare-pictures.js';
import type { Preview } from './result.js';

/**
 * Draws, and gives every stage's picture as it is there. Between two steps nothing runs, so that who stops asking
 * stops the drawing.
 * @param prompts checked ones, or one undefined for a model without text.
 * @throws WordbrushError as `Model.generate` does.
 */
export async function* streamPrompts(
  core: ModelCore,
  prompts: readonly (string | undefined)[],
  options: unknown,
): AsyncGenerator<Preview, void, undefined> {
  const checked = checkGenerateOptions(options, prompts.length);
  const call = core.begin(checked.signal, checked.onProgress);
  const stages = core.stagesTo(checked.size);
  const prepared = await preparePictures(core, prompts, checked, call);
  const pictures = prepared.flatMap((each) => each.pictures);
  const requests = pictures.map(({ request }) => request);
  const steps = core.draw(stages, requests, call);
  for await (const { index, stage, size, image: values, attention } of steps) {
    const { seed = 0, prompt, words = [] } = pictures[index] ?? {};
    yield {
      image: toGeneratedImage({ values, size, seed, prompt, files: core.images }),
      index,
      stage: stage + 1,
      stages: stages.length,
      final: stage === stages.length - 1,
      attention: attention === undefined ? [] : attentionMaps(usedWords(words), attention),
    };
  }
}
