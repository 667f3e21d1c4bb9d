import { type GeneratedImage, type Model, type ProgressEvent, WordbrushError } from 'wordbrush';
import { byId, download, fileName, paint } from './elements.js';
import { LatestOnly } from './latest-only.js';
import { listModels, ModelHolder, modelUrl } from './models.js';
import { setUpMorph } from './morph.js';
import { showNumbers } from './numbers.js';
import { setUpScore } from './score.js';
import { showWords } from './words.js';

const OTHER_SEEDS = 8;
const TYPING_PAUSE_MS = 220;
/** Stands in the list of models for one that the visitor has. */
const OWN_MODEL = 'own model';

const sentence = byId('sentence', HTMLInputElement);
const seed = byId('seed', HTMLInputElement);
const variation = byId('variation', HTMLInputElement);
const truncation = byId('truncation', HTMLInputElement);
const modelSelect = byId('model', HTMLSelectElement);
const deviceSelect = byId('device', HTMLSelectElement);
const picture = byId('picture', HTMLCanvasElement);
const sizes = byId('sizes', HTMLOListElement);
const seeds = byId('seeds', HTMLDivElement);
const status = byId('status', HTMLParagraphElement);
const loading = byId('loading', HTMLDivElement);
const loadingBar = byId('loading-bar', HTMLProgressElement);
const loadingText = byId('loading-text', HTMLParagraphElement);

const holder = new ModelHolder();
let shown: GeneratedImage | undefined;
let typing: ReturnType<typeof setTimeout> | undefined;

const drawing = new LatestOnly<Model>(async (model, isLatest) => {
  try {
    await draw(model, isLatest);
  } catch (error) {
    say(error);
  }
});

async function draw(model: Model, isLatest: () => boolean): Promise<void> {
  const prompt = sentence.value;
  const choice = {
    variation: Number(variation.value),
    truncation: truncation.value === truncation.max ? undefined : Number(truncation.value),
  };
  const first = Number(seed.value);
  const started = performance.now();
  let last: { image: GeneratedImage; attention: Parameters<typeof showWords>[1]['attention'] } | undefined;
  for await (const { image, attention, stage } of model.stream(prompt, { ...choice, seed: first })) {
    shown = image;
    last = { image, attention };
    paint(picture, image);
    picture.setAttribute('aria-label', `${prompt}, seed ${first}, ${image.width} pixels`);
    markStage(stage);
    if (!isLatest()) return;
  }
  const drawMs = performance.now() - started;
  const list = Array.from({ length: OTHER_SEEDS }, (_, index) => first + index);
  const { images, words, timings, device } = await model.generate(prompt, { ...choice, seed: list });
  if (last !== undefined) showWords(words, last);
  showSeeds(images, first);
  status.className = 'status';
  status.textContent = `Drawn in ${drawMs.toFixed(0)} ms on ${device === 'webgpu' ? 'WebGPU' : 'WebAssembly'}.`;
  showNumbers(model.info(), { drawMs, timings });
}

function redraw(): void {
  const model = holder.current;
  if (model !== undefined) void drawing.ask(model);
}

function say(error: unknown): void {
  status.className = 'status bad';
  status.textContent =
    error instanceof WordbrushError ? error.message : `Something went wrong: ${String(error)}`;
}

function markStage(stage: number): void {
  for (const [index, item] of [...sizes.children].entries()) item.classList.toggle('done', index < stage);
}

function showSeeds(images: readonly GeneratedImage[], chosen: number): void {
  const focused = [...seeds.children].indexOf(document.activeElement ?? seeds);
  seeds.replaceChildren(
    ...images.map((image) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.setAttribute('aria-label', `Seed ${image.seed}`);
      button.title = `Seed ${image.seed}`;
      button.setAttribute('aria-pressed', String(image.seed === chosen));
      const canvas = document.createElement('canvas');
      paint(canvas, image);
      button.append(canvas);
      button.addEventListener('click', () => {
        seed.value = String(image.seed);
        redraw();
      });
      return button;
    }),
  );
  const again = seeds.children[focused];
  if (again instanceof HTMLElement) again.focus();
}

function showProgress({ phase, completed, total }: ProgressEvent): void {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  loadingBar.value = total === 0 ? 0 : completed / total;
  loadingText.textContent = {
    download: `Fetching the model, ${megabytes(completed)} of ${megabytes(total)} MB`,
    verify: 'Checking the model',
    session: `Preparing graph ${completed} of ${total}`,
    generate: '',
    score: '',
  }[phase];
}

async function load(source: Parameters<ModelHolder['load']>[0]['source']): Promise<void> {
  const device = (['auto', 'webgpu', 'wasm'] as const).find((one) => one === deviceSelect.value) ?? 'auto';
  loading.hidden = false;
  loadingText.textContent = 'Fetching what draws';
  loadingBar.removeAttribute('value');
  try {
    const model = await holder.load({ source, device }, showProgress);
    if (model === undefined) return;
    loading.hidden = true;
    sizes.replaceChildren(
      ...model.info().sizes.map((size) => {
        const item = document.createElement('li');
        item.textContent = `${size} px`;
        return item;
      }),
    );
    scoreReady();
    redraw();
  } catch (error) {
    loading.hidden = true;
    say(error);
  }
}

function setUpControls(): void {
  byId('sentence-form', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    redraw();
  });
  sentence.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(redraw, TYPING_PAUSE_MS);
  });
  seed.addEventListener('change', redraw);
  byId('shuffle', HTMLButtonElement).addEventListener('click', () => {
    const [drawn = 0] = crypto.getRandomValues(new Uint32Array(1));
    seed.value = String(drawn % 1_000_000);
    redraw();
  });
  variation.addEventListener('input', () => {
    byId('variation-value', HTMLOutputElement).value = Number(variation.value).toFixed(1);
    redraw();
  });
  truncation.addEventListener('input', () => {
    const isOff = truncation.value === truncation.max;
    byId('truncation-value', HTMLOutputElement).value = isOff ? 'off' : Number(truncation.value).toFixed(1);
    redraw();
  });
  byId('save', HTMLButtonElement).addEventListener('click', async () => {
    if (shown !== undefined) download(await shown.toPNG(), `${fileName(sentence.value)}-${shown.seed}.png`);
  });
  const own = byId('own-model', HTMLInputElement);
  const loadChosen = (): void => {
    const file = own.files?.[0];
    if (modelSelect.value !== OWN_MODEL) void load(modelUrl(modelSelect.value));
    else if (file !== undefined) void load(file);
  };
  own.addEventListener('change', loadChosen);
  modelSelect.addEventListener('change', () => {
    if (modelSelect.value === OWN_MODEL) {
      own.value = '';
      own.click();
    } else {
      loadChosen();
    }
  });
  deviceSelect.addEventListener('change', loadChosen);
}

setUpControls();
const shared = { model: () => holder.current, onError: say };
setUpMorph({ ...shared, sentence: () => sentence.value, seed: () => Number(seed.value) });
const scoreReady = setUpScore(shared);
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  void navigator.serviceWorker.register('service-worker.js');
}
const names = await listModels().catch(() => []);
if (names.length === 0) {
  say('there are no models beside this page. Run: npx wordbrush copy-assets public/wordbrush');
} else {
  const own = new Option('Open a zipped model…', OWN_MODEL);
  modelSelect.replaceChildren(...names.map((name) => new Option(name)), own);
  await load(modelUrl(names[0] ?? ''));
}
