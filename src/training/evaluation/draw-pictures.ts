import { WordbrushError } from '../../sdk/errors.js';
import type { Model, UnconditionalModel } from '../../sdk/index.js';
import type { ImageSet } from '../data/load-images.js';
import type { Progress } from './progress.js';

/** One picture to draw. */
export interface DrawRequest {
  /** Undefined for a model without text. */
  prompt: string | undefined;
  seed: number;
}

const AT_ONCE = 64;

/**
 * Draws pictures with a bundle through the SDK, as its users get them, RGB in the order of the requests.
 * @param size one of the model's sizes.
 * @throws WordbrushError as `model.generate()` does.
 */
export async function drawPictures(
  model: Model | UnconditionalModel,
  requests: readonly DrawRequest[],
  { size, signal, onProgress }: Progress & { size: number },
): Promise<ImageSet> {
  const bytes = size * size * 3;
  const pixels = new Uint8Array(requests.length * bytes);
  for (let begin = 0; begin < requests.length; begin += AT_ONCE) {
    const some = requests.slice(begin, begin + AT_ONCE);
    const seed = some.map((request) => request.seed);
    const options = { seed, size, output: 'rgba', signal } as const;
    const drawn = model.conditional
      ? (await model.generate(some.map(promptOf), options)).flatMap(({ images }) => images)
      : (await model.generate(options)).images;
    for (const [index, rgba] of drawn.entries()) copyRgb(rgba, pixels, (begin + index) * bytes);
    onProgress?.({ phase: 'draw', done: begin + some.length, total: requests.length });
  }
  return { pixels, count: requests.length, size };
}

function promptOf({ prompt }: DrawRequest): string {
  if (prompt === undefined) throw new WordbrushError('INVALID_OPTION', 'Expected a prompt, received none.');
  return prompt;
}

function copyRgb(rgba: Uint8ClampedArray, target: Uint8Array, offset: number): void {
  for (let i = 0; i < rgba.length / 4; i++) {
    for (let channel = 0; channel < 3; channel++) {
      target[offset + i * 3 + channel] = rgba[i * 4 + channel] ?? 0;
    }
  }
}
