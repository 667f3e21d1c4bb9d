import { type AttentionMap, attentionOverlay, type GeneratedImage, type PromptWord } from 'wordbrush';
import { byId, paint } from './elements.js';

const list = byId('words', HTMLUListElement);
const hint = byId('words-hint', HTMLParagraphElement);
const overlay = byId('attention', HTMLCanvasElement);

/** Shows what the model read of the sentence, and where each word looked. */
export function showWords(
  words: readonly PromptWord[],
  drawn: { image: GeneratedImage; attention: readonly AttentionMap[] },
): void {
  const maps = [...drawn.attention];
  hideOverlay();
  list.replaceChildren(
    ...words.map((word) => {
      const map = word.status === 'used' ? maps.shift() : undefined;
      return wordItem(
        word,
        map && (() => paint(overlay, attentionOverlay(drawn.image, map, { label: false }))),
      );
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

function wordItem(word: PromptWord, showMap: (() => void) | undefined): HTMLLIElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = word.text;
  button.className = word.status === 'used' ? '' : 'unread';
  button.title = { used: '', unknown: 'Not in the vocabulary', truncated: 'Beyond what the model reads' }[
    word.status
  ];
  if (showMap === undefined) {
    button.disabled = true;
    button.style.opacity = '1';
  } else {
    button.classList.add('looks');
    button.setAttribute('aria-pressed', 'false');
    button.setAttribute('aria-label', `Show where ${word.text} looked`);
    const show = (): void => {
      showMap();
      overlay.classList.add('shown');
    };
    button.addEventListener('pointerenter', show);
    button.addEventListener('focus', show);
    button.addEventListener('pointerleave', hideOverlay);
    button.addEventListener('blur', hideOverlay);
  }
  item.append(button);
  return item;
}

function hideOverlay(): void {
  overlay.classList.remove('shown');
}
