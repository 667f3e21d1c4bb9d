import { type GeneratedImage, type Model, WordbrushError } from 'wordbrush';
import { byId, download, fileName } from './elements.js';
import { showExamples } from './examples.js';
import { LatestOnly } from './latest-only.js';
import { hideLoading, showLoading, showProgress } from './loading.js';
import { type ModelChoice, setUpModelChoice } from './model-choice.js';
import { listModels, ModelHolder } from './models.js';
import { setUpMorph } from './morph.js';
import { showNumbers } from './numbers.js';
import { keepForOffline } from './offline.js';
import { drawStages, showSizes } from './picture.js';
import { setUpScore } from './score.js';
import { showSeeds } from './seeds.js';
import { say, sayError } from './status.js';
import { showWords } from './words.js';

const OTHER_SEEDS = 8;
const TYPING_PAUSE_MS = 220;

const sentence = byId('sentence', HTMLTextAreaElement);
const seed = byId('seed', HTMLInputElement);
const variation = byId('variation', HTMLInputElement);
const truncation = byId('truncation', HTMLInputElement);
const save = byId('save', HTMLButtonElement);

const holder = new ModelHolder();
let shown: GeneratedImage | undefined;
let typing: ReturnType<typeof setTimeout> | undefined;

const drawing = new LatestOnly<Model>(async (model, isLatest) => {
  try {
    await draw(model, isLatest);
  } catch (error) {
    // Another model took its place, and draws it.
    if (!(error instanceof WordbrushError && error.code === 'DISPOSED')) sayError(error);
  }
});

async function draw(model: Model, isLatest: () => boolean): Promise<void> {
  const prompt = sentence.value;
  const options = {
    variation: Number(variation.value),
    truncation: truncation.value === truncation.max ? undefined : Number(truncation.value),
  };
  const first = seed.valueAsNumber;
  const started = performance.now();
  const drawn = await drawStages(model, { prompt, seed: first, ...options }, isLatest);
  if (drawn === undefined || !isLatest()) return;
  const drawMs = performance.now() - started;
  shown = drawn.image;
  save.disabled = false;
  morph.begin(drawn.image);
  const info = model.info();
  say(`Drawn in ${drawMs.toFixed(0)} ms on ${info.device === 'webgpu' ? 'WebGPU' : 'WebAssembly'}.`);
  const images: GeneratedImage[] = [];
  for (let other = first; other < first + OTHER_SEEDS; other++) {
    // One by one: who types on does not wait for the others.
    if (!isLatest()) return;
    const { images: one, words, timings } = await model.generate(prompt, { ...options, seed: other });
    images.push(...one);
    if (other > first) continue;
    showWords(words, drawn);
    showNumbers(info, { drawMs, timings });
  }
  showSeeds(images, first, (other) => {
    seed.value = String(other);
    redraw();
  });
}

function redraw(): void {
  const model = holder.current;
  if (model !== undefined) void drawing.ask(model);
}

function drawSentence(text: string): void {
  sentence.value = text;
  redraw();
}

async function load({ name, source, device }: ModelChoice): Promise<void> {
  showLoading();
  say('Loading the model.');
  try {
    const model = await holder.load({ source, device }, showProgress);
    if (model === undefined) return;
    hideLoading();
    choice.confirm();
    showSizes(model);
    showExamples(name, drawSentence);
    score.begin();
    redraw();
  } catch (error) {
    hideLoading();
    choice.restore();
    sayError(error);
  }
}

function setUpControls(): void {
  sentence.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.isComposing) return;
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
    const text = isOff ? 'off' : Number(truncation.value).toFixed(1);
    byId('truncation-value', HTMLOutputElement).value = text;
    truncation.setAttribute('aria-valuetext', text);
    redraw();
  });
  save.addEventListener('click', async () => {
    if (shown === undefined) return;
    download(await shown.toPNG(), `${fileName(shown.prompt ?? '')}-${shown.seed}.png`);
  });
}

setUpControls();
const shared = { model: () => holder.current, onError: sayError };
const morph = setUpMorph({ ...shared, sentence: () => sentence.value, seed: () => seed.valueAsNumber });
const score = setUpScore({ ...shared, scorer: () => models.scorer, drawn: () => shown });
showLoading();
if (import.meta.env.PROD) byId('offline', HTMLSpanElement).hidden = !(await keepForOffline());
const models = await listModels().catch(() => ({ drawing: [], scorer: undefined }));
const choice = setUpModelChoice(models.drawing, (chosen) => void load(chosen));
if (models.drawing.length > 0) {
  choice.first();
} else {
  hideLoading();
  sayError('there are no models beside this page. Run: npx wordbrush copy-assets public/wordbrush');
}
