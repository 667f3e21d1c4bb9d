import { type GeneratedImage, loadModel, type Model } from 'wordbrush';
import { byId } from './elements.js';

const body = byId('score-body', HTMLDivElement);
const hint = byId('score-hint', HTMLParagraphElement);
const drop = byId('drop', HTMLLabelElement);
const file = byId('score-file', HTMLInputElement);
const picture = byId('score-picture', HTMLImageElement);
const texts = byId('score-texts', HTMLTextAreaElement);
const scores = byId('scores', HTMLOListElement);

export interface Score {
  /** To be called when another model was loaded. */
  begin(): void;
}

/** Wires the part of the page that scores a picture. */
export function setUpScore(options: {
  /** The model that draws. */
  model(): Model | undefined;
  /** URL of a model that only scores, for when the one that draws does not. */
  scorer(): string | undefined;
  /** The picture in the large frame. */
  drawn(): GeneratedImage | undefined;
  onError(error: unknown): void;
}): Score {
  let chosen: Blob | undefined;
  let scorer: Promise<Model> | undefined;

  /** Fetched when it is first needed: it is as large as a model that draws. */
  const scoring = async (): Promise<Model | undefined> => {
    const model = options.model();
    const url = options.scorer();
    if (model === undefined || model.info().canScore || url === undefined) return model;
    scorer ??= loadModel(url);
    try {
      return await scorer;
    } catch (error) {
      scorer = undefined;
      throw error;
    }
  };

  const rank = async (): Promise<void> => {
    const sentences = texts.value
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
    if (chosen === undefined || sentences.length === 0) return;
    scores.setAttribute('aria-busy', 'true');
    try {
      const model = await scoring();
      if (model === undefined) return;
      const { scores: rows, textOrder } = await model.rank([chosen], sentences);
      const order = textOrder[0] ?? [];
      scores.replaceChildren(...order.map((at) => scoreItem(sentences[at] ?? '', rows[0]?.[at] ?? 0)));
    } catch (error) {
      options.onError(error);
    } finally {
      scores.setAttribute('aria-busy', 'false');
    }
  };
  const choose = (blob: Blob | undefined): void => {
    if (blob === undefined) return;
    chosen = blob;
    URL.revokeObjectURL(picture.src);
    picture.src = URL.createObjectURL(blob);
    picture.alt = 'The picture that is scored';
    picture.hidden = false;
    void rank();
  };

  file.addEventListener('change', () => choose(file.files?.[0]));
  byId('score-drawn', HTMLButtonElement).addEventListener('click', async () => {
    choose(await options.drawn()?.toBlob());
  });
  texts.addEventListener('change', () => void rank());
  for (const type of ['dragenter', 'dragover'] as const) {
    drop.addEventListener(type, (event) => {
      event.preventDefault();
      drop.classList.add('over');
    });
  }
  for (const type of ['dragleave', 'drop'] as const) {
    drop.addEventListener(type, () => drop.classList.remove('over'));
  }
  drop.addEventListener('drop', (event) => {
    event.preventDefault();
    choose(event.dataTransfer?.files[0]);
  });
  return {
    begin() {
      const drawing = options.model();
      const canScore = drawing !== undefined && (drawing.info().canScore || options.scorer() !== undefined);
      body.hidden = !canScore;
      hint.textContent = canScore
        ? 'How well each sentence fits the picture, as a cosine from -1 to 1; the best first.'
        : 'This model draws only, and none beside this page scores. One that was exported with its image encoder can also say how well a picture and a sentence match.';
      scores.replaceChildren();
      void rank();
    },
  };
}

function scoreItem(sentence: string, score: number): HTMLLIElement {
  const item = document.createElement('li');
  const text = document.createElement('span');
  const value = document.createElement('span');
  const meter = document.createElement('meter');
  text.textContent = sentence;
  value.textContent = score.toFixed(2);
  meter.min = -1;
  meter.max = 1;
  meter.value = score;
  item.append(text, value, meter);
  return item;
}
