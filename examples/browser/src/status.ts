import { WordbrushError } from 'wordbrush';
import { byId } from './elements.js';

const line = byId('status', HTMLParagraphElement);

/** Says how it went; screen readers read it aloud. */
export function say(text: string): void {
  line.className = 'status';
  line.textContent = text;
}

/** Says what went wrong. */
export function sayError(error: unknown): void {
  line.className = 'status bad';
  line.textContent =
    error instanceof WordbrushError ? error.message : `Something went wrong: ${String(error)}`;
}
