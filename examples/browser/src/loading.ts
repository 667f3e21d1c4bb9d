import type { ProgressEvent } from 'wordbrush';
import { byId } from './elements.js';

const cover = byId('loading', HTMLDivElement);
const bar = byId('loading-bar', HTMLProgressElement);
const text = byId('loading-text', HTMLParagraphElement);

const PHASES: Readonly<Record<ProgressEvent['phase'], string>> = {
  download: 'Fetching the model',
  verify: 'Checking the model',
  session: 'Preparing the model',
  warmup: 'Warming up the graphics card',
  generate: '',
  score: '',
};

/** Covers the picture while a model is loaded. */
export function showLoading(): void {
  cover.hidden = false;
  bar.removeAttribute('value');
  text.textContent = 'Fetching what draws';
}

export function showProgress({ phase, completed, total }: ProgressEvent): void {
  const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1);
  bar.value = total === 0 ? 0 : completed / total;
  text.textContent =
    phase === 'download'
      ? `${PHASES[phase]}, ${megabytes(completed)} of ${megabytes(total)} MB`
      : PHASES[phase];
}

export function hideLoading(): void {
  cover.hidden = true;
}
