import type { AttentionMap, GeneratedImage, Model } from 'wordbrush';
import { byId, paint } from './elements.js';

const frame = byId('picture-frame', HTMLElement);
const canvas = byId('picture', HTMLCanvasElement);
const sizes = byId('sizes', HTMLOListElement);

/** A picture of its last stage, and where each word looked. */
export interface Drawn {
  image: GeneratedImage;
  attention: readonly AttentionMap[];
}

export interface DrawChoice {
  prompt: string;
  seed: number;
  variation: number;
  truncation: number | undefined;
}

/** Lists the sizes that a model draws, each reached in turn. */
export function showSizes(model: Model): void {
  sizes.replaceChildren(
    ...model.info().sizes.map((size) => {
      const item = document.createElement('li');
      item.textContent = `${size} px`;
      return item;
    }),
  );
}

/**
 * Draws into the large picture, stage by stage, until another picture is asked for.
 * @returns the last stage that was drawn.
 */
export async function drawStages(
  model: Model,
  { prompt, ...options }: DrawChoice,
  isLatest: () => boolean,
): Promise<Drawn | undefined> {
  let last: Drawn | undefined;
  frame.classList.add('drawing');
  try {
    for await (const { image, attention, stage } of model.stream(prompt, options)) {
      last = { image, attention };
      paint(canvas, image);
      canvas.setAttribute('aria-label', `${prompt}, seed ${options.seed}, ${image.width} pixels`);
      markStage(stage);
      frame.classList.remove('stale');
      if (!isLatest()) break;
    }
  } catch (error) {
    // What is shown was drawn from another sentence.
    frame.classList.add('stale');
    throw error;
  } finally {
    frame.classList.remove('drawing');
  }
  return last;
}

function markStage(stage: number): void {
  for (const [index, item] of [...sizes.children].entries()) item.classList.toggle('done', index < stage);
}
