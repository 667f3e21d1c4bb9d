import type { GeneratedImage, Model } from 'wordbrush';
import { animatedPng } from './animated-png.js';
import { byId, download, fileName, paint } from './elements.js';

const STEPS = 24;
const FRAME_MS = 80;

const position = byId('morph-position', HTMLInputElement);
const output = byId('morph-value', HTMLOutputElement);
const target = byId('morph-target', HTMLInputElement);
const start = byId('morph-start', HTMLButtonElement);
const play = byId('morph-play', HTMLButtonElement);
const save = byId('morph-save', HTMLButtonElement);
const canvas = byId('morph-picture', HTMLCanvasElement);
const frame = byId('morph-frame', HTMLElement);
const from = byId('morph-from', HTMLElement);
const to = byId('morph-to', HTMLElement);

export interface Morph {
  /** To be called with each new picture, from which another morph begins. */
  begin(picture: GeneratedImage): void;
}

/** Wires the part of the page that morphs. */
export function setUpMorph(options: {
  model(): Model | undefined;
  sentence(): string;
  seed(): number;
  onError(error: unknown): void;
}): Morph {
  let frames: GeneratedImage[] = [];
  let name = '';
  let timer: ReturnType<typeof setInterval> | undefined;

  const show = (index: number): void => {
    const picture = frames[index];
    if (picture === undefined) return;
    position.value = String(index);
    output.value = `${Math.round((100 * index) / (STEPS - 1))} %`;
    position.setAttribute('aria-valuetext', output.value);
    paint(canvas, picture);
    canvas.setAttribute('aria-label', `${output.value} of the way to ${target.value}`);
  };
  const stop = (): void => {
    clearInterval(timer);
    timer = undefined;
    play.textContent = 'Play';
  };
  const enable = (isThere: boolean): void => {
    for (const control of [position, play, save]) control.disabled = !isThere;
  };
  const run = (): void => {
    // There and back again.
    let at = 0;
    play.textContent = 'Stop';
    timer = setInterval(() => {
      at = (at + 1) % (2 * STEPS - 2);
      show(at < STEPS ? at : 2 * STEPS - 2 - at);
    }, FRAME_MS);
  };

  byId('morph-form', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault();
    const model = options.model();
    if (model === undefined) return;
    stop();
    start.disabled = true;
    frame.classList.add('drawing');
    try {
      const ends = [options.sentence(), target.value] as const;
      const seed = options.seed();
      const [a, b] = [
        { prompt: ends[0], seed },
        { prompt: ends[1], seed },
      ] as const;
      frames = (await model.interpolate(a, b, STEPS)).images;
      name = fileName(ends.join(' to '));
      [from.textContent, to.textContent] = ends;
      enable(true);
      show(0);
      if (!matchMedia('(prefers-reduced-motion: reduce)').matches) run();
    } catch (error) {
      options.onError(error);
    } finally {
      start.disabled = false;
      frame.classList.remove('drawing');
    }
  });
  position.addEventListener('input', () => {
    stop();
    show(Number(position.value));
  });
  play.addEventListener('click', () => (timer === undefined ? run() : stop()));
  save.addEventListener('click', async () => {
    const there = await Promise.all(frames.map((picture) => picture.toPNG()));
    download(animatedPng([...there, ...there.slice(1, -1).reverse()], FRAME_MS), `${name}.png`);
  });
  return {
    begin(picture) {
      stop();
      enable(false);
      frames = [];
      start.disabled = false;
      position.value = '0';
      output.value = '0 %';
      [from.textContent, to.textContent] = ['', ''];
      paint(canvas, picture);
      canvas.setAttribute('aria-label', `Where the morph begins: ${options.sentence()}`);
    },
  };
}
