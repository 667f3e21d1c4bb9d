import type { GeneratedImage } from 'wordbrush';
import { byId, paint } from './elements.js';

const grid = byId('seeds', HTMLDivElement);

/**
 * Shows pictures of one sentence, each a button that takes its seed.
 * @param chosen the seed of the large picture.
 */
export function showSeeds(
  images: readonly GeneratedImage[],
  chosen: number,
  choose: (seed: number) => void,
): void {
  const focused = [...grid.children].indexOf(document.activeElement ?? grid);
  grid.replaceChildren(
    ...images.map((image) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-label', `Seed ${image.seed}`);
      button.title = `Seed ${image.seed}`;
      button.setAttribute('aria-pressed', String(image.seed === chosen));
      const canvas = document.createElement('canvas');
      paint(canvas, image);
      button.append(canvas);
      button.addEventListener('click', () => choose(image.seed));
      return button;
    }),
  );
  const again = grid.children[focused];
  if (again instanceof HTMLElement) again.focus();
}
