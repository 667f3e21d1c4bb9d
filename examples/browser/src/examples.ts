import { byId } from './elements.js';

const list = byId('examples', HTMLUListElement);

/** Sentences that a model draws well, by its name; of a model of the visitor's own none are known. */
const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  'attngan-emoji': ['a blue heart', 'a gem stone', 'copyright', 'a pushpin'],
  'stackgan-emoji': ['a red heart', 'a yellow star', 'a smiling face', 'a blue circle'],
};

/** Offers sentences to a visitor who has none. */
export function showExamples(model: string, choose: (sentence: string) => void): void {
  const sentences = SENTENCES[model] ?? [];
  list.hidden = sentences.length === 0;
  list.replaceChildren(
    ...sentences.map((sentence) => {
      const item = document.createElement('li');
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = sentence;
      button.addEventListener('click', () => choose(sentence));
      item.append(button);
      return item;
    }),
  );
}
