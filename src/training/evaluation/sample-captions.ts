import { RandomStream } from '../../sdk/noise/index.js';
import type { CaptionedImage } from '../data/captioned-image.js';

/** Which captions prompts are taken from: the first of each picture, or any. */
export const CAPTION_CHOICES = ['first', 'any'] as const;
export type CaptionChoice = (typeof CAPTION_CHOICES)[number];

/** One prompt of an evaluation, from a caption of a real picture. */
export interface PromptSample {
  /** Place of the real picture in its split. */
  picture: number;
  prompt: string;
  /** Of the noise. */
  seed: number;
}

/** Captions that pictures are compared with, each once. */
export interface CaptionPool {
  texts: string[];
  /** For each text what it is about: class ids where the data set has them, otherwise pictures. */
  groups: number[];
}

/** Far from the streams that a seed's own noise is drawn from. */
const SAMPLE_STREAM = 2000;

/**
 * `count` prompts, so that every picture's captions come up equally often: in random order, then in another order again.
 * Each has noise of its own.
 */
export function sampleCaptions(
  images: readonly CaptionedImage[],
  { count, seed, captions }: { count: number; seed: number; captions: CaptionChoice },
): PromptSample[] {
  const random = new RandomStream(seed, SAMPLE_STREAM);
  const samples: PromptSample[] = [];
  while (samples.length < count && images.length > 0) {
    const order = random.shuffle(Array.from(images.keys()));
    for (const picture of order.slice(0, count - samples.length)) {
      const all = images[picture]?.captions ?? [];
      const prompt = all[captions === 'first' ? 0 : random.integer(Math.max(1, all.length))] ?? '';
      samples.push({ picture, prompt, seed: seed + samples.length });
    }
  }
  return samples;
}

/** The captions of a split; a text that several pictures have counts for the first. */
export function captionPool(images: readonly CaptionedImage[], captions: CaptionChoice): CaptionPool {
  const groups = new Map<string, number>();
  for (const [picture, { captions: all, classId }] of images.entries()) {
    for (const text of captions === 'first' ? all.slice(0, 1) : all) {
      if (!groups.has(text)) groups.set(text, classId ?? -1 - picture);
    }
  }
  return { texts: [...groups.keys()], groups: [...groups.values()] };
}
