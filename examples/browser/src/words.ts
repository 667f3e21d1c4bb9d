import { type AttentionMap, attentionOverlay, type PromptWord } from 'wordbrush';
import { byId, paint } from './elements.js';
import type { Drawn } from './picture.js';

const list = byId('words', HTMLUListElement);
const hint = byId('words-hint', HTMLParagraphElement);
const overlay = byId('attention', HTMLCanvasElement);

/** Shows what the model read of the sentence, and where each word looked. */
export function showWords(words: readonly PromptWord[], drawn: Drawn): void {
  const maps = [...drawn.attention];
  hideOverlay();
  list.replaceChildren(
    ...words.map((word) => {
      const map = word.status === 'used' ? maps.shift() : undefined;
      return wordItem(word, map && { map, show: () => showMap(drawn, map) });
    }),
  );
  const unread = words.filter(({ status }) => status !== 'used').length;
  hint.textContent = [
    unread > 0 && 'Words struck out are not in the vocabulary of this model.',
    drawn.attention.length > 0
      ? 'Point at a word to see where it looked.'
      : 'This model reads the sentence as a whole. Models of AttnGAN also show where each word looked.',
  ]
    .filter(Boolean)
    .join(' ');
}

function showMap({ image }: Drawn, map: AttentionMap): void {
  paint(overlay, attentionOverlay(image, map, { label: false }));
  overlay.classList.add('shown');
}

function wordItem(
  word: PromptWord,
  looked: { map: AttentionMap; show: () => void } | undefined,
): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = word.text;
  button.className = word.status === 'used' ? '' : 'unread';
  button.title = { used: '', unknown: 'Not in the vocabulary', truncated: 'Beyond what the model reads' }[
    word.status
  ];
  if (looked === undefined) {
    button.disabled = true;
  } else {
    button.classList.add('looks');
    button.setAttribute('aria-label', `${word.text}, looked mostly at the ${placeOf(looked.map)}`);
    for (const type of ['pointerenter', 'focus'] as const) button.addEventListener(type, looked.show);
    for (const type of ['pointerleave', 'blur'] as const) button.addEventListener(type, hideOverlay);
  }
  item.append(button);
  return item;
}

function hideOverlay(): void {
  overlay.classList.remove('shown');
}

/** In words, the third of the picture's width and height where the middle of what a word looked at lies. */
function placeOf({ data, side }: AttentionMap): string {
  let [sum, x, y] = [0, 0, 0];
  for (const [index, share] of data.entries()) {
    sum += share;
    x += share * ((index % side) + 0.5);
    y += share * (Math.floor(index / side) + 0.5);
  }
  const third = (middle: number): number => Math.min(2, Math.floor((3 * middle) / (sum * side)));
  const row = ['top', '', 'bottom'][third(y)];
  const column = ['left', '', 'right'][third(x)];
  return [row, column].filter(Boolean).join(' ') || 'middle';
}
