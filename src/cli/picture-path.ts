import { join } from 'node:path';
import { isWord, tokenize } from '../sdk/text/tokenize.js';

/** Letters take up to four bytes, and file systems end a name at 255. */
const MAX_CHARACTERS = 40;

/** Where a picture of a prompt goes: `DIR/a-red-heart-7.png`. The same prompt and seed give the same name. */
export function picturePath(folder: string, prompt: string, seed: number, format = 'png'): string {
  const words = tokenize(prompt).filter(isWord).join('-');
  return join(folder, `${words.slice(0, MAX_CHARACTERS)}-${seed}.${format}`);
}
