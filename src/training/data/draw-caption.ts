import type { RandomStream } from '../../sdk/noise/random-stream.js';

export type CaptionStyle = 'any' | 'labelAndTags';

const ARTICLES = ['a', 'an', 'the'];

/** One caption for a picture that has `captions` (at least one), drawn in the given style. */
export function drawCaption(captions: readonly string[], style: CaptionStyle, random: RandomStream): string {
  if (style === 'any') return captionAt(captions, random.integer(captions.length));
  const [label = '', ...tags] = captions;
  const kind = tags.length === 0 ? 0 : random.uniform();
  if (kind < 0.4) return withArticle(label, random);
  const drawnTags = drawSome(tags, 1 + random.integer(4), random);
  if (kind < 0.8) return [withArticle(label, random), ...drawnTags].join(' ');
  return drawnTags.join(' ');
}

/** People write "a red heart": the encoder shall know articles and not mind them. */
function withArticle(label: string, random: RandomStream): string {
  return random.uniform() < 0.3 ? `${captionAt(ARTICLES, random.integer(ARTICLES.length))} ${label}` : label;
}

function drawSome(items: readonly string[], count: number, random: RandomStream): string[] {
  const rest = [...items];
  const drawn: string[] = [];
  while (rest.length > 0 && drawn.length < count) drawn.push(...rest.splice(random.integer(rest.length), 1));
  return drawn;
}

function captionAt(captions: readonly string[], index: number): string {
  const caption = captions[index];
  if (caption === undefined) throw new RangeError(`Expected at least ${index + 1} captions.`);
  return caption;
}

/** Every caption that `drawCaption` may use words of; the vocabulary is made from them. */
export function vocabularyCaptions(captions: readonly (readonly string[])[], style: CaptionStyle): string[] {
  const all = captions.flat();
  return style === 'labelAndTags' ? [...ARTICLES, ...all] : all;
}
