import type { Call, ModelCore } from '../model/model-core.js';
import type { PromptWord } from '../text/index.js';
import type { CheckedGenerateOptions } from './draw-options.js';
import type { PictureRequest } from './draw-stages.js';
import { drawNoise } from './picture-noise.js';

/** A picture to draw, and what will be said of it. */
export interface PreparedPicture {
  request: PictureRequest;
  seed: number;
  prompt: string | undefined;
  words: PromptWord[];
}

export interface PreparedPrompt {
  pictures: PreparedPicture[];
  words: PromptWord[];
  /** Reading the prompt, milliseconds. */
  textMs: number;
}

/**
 * Reads the prompts and draws the noise of their pictures.
 * @param prompts one undefined prompt for a model without text.
 * @throws WordbrushError as TextReader.read does; INVALID_OPTION for given noise that does not fit the model.
 */
export async function preparePictures(
  core: ModelCore,
  prompts: readonly (string | undefined)[],
  { pictures, truncation, variation }: CheckedGenerateOptions,
  call: Call,
): Promise<PreparedPrompt[]> {
  const prepared: PreparedPrompt[] = [];
  for (const [index, prompt] of prompts.entries()) {
    await core.nextTurn();
    // Before the text is read: ONNX Runtime's threads, let go between two runs, take milliseconds to come back.
    const drawn = (pictures[index] ?? []).map(({ seed, noise: given }) => {
      return { seed, noise: drawNoise(core.noiseShape, { seed, truncation, variation, given }) };
    });
    const { values, words, elapsedMs } = await core.track(core.readText(prompt ?? '', call));
    const ofPrompt = drawn.map(({ seed, noise }): PreparedPicture => {
      return { request: { text: values, noise }, seed, prompt, words };
    });
    prepared.push({ pictures: ofPrompt, words, textMs: elapsedMs });
  }
  return prepared;
}
